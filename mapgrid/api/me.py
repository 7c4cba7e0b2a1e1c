"""Who is asking, and whether the server lives."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from rest_framework.request import Request
from rest_framework.response import Response

from mapgrid.api.base import ApiView, answer, documented
from mapgrid.api.serializers.common import Me
from mapgrid.grids.models import Post
from mapgrid.grids.scopes import posts_on
from mapgrid.grids.selectors import cells_in_force, home_bbox_lonlat
from mapgrid.people.models import User


class MeView(ApiView):
    """The reader: role, posts, abilities, and what the map opens on."""

    @documented(Me, tag="me", summary="Who is logged in")
    def get(self, request: Request) -> Response:
        user: Any = request.user
        department = user.department.name if user.department_id else None
        return answer(
            Me,
            {
                "username": user.username,
                "display_name": str(user),
                "role": user.role,
                "role_label": user.get_role_display(),
                "department": department,
                "posts": _posts(user),
                "abilities": sorted(self.scope.abilities),
                "home_bbox": list(home_bbox_lonlat(self.scope)),
                "demo": settings.CITY.demonstration,
            },
        )


def _posts(user: User) -> list[dict[str, Any]]:
    posts = Post.objects.filter(posts_on(timezone.localdate()), user=user).select_related("grid")
    held = list(posts.order_by("grid__code", "duty"))
    cells = cells_in_force().filter(grid__in=[post.grid_id for post in held])
    names = dict(cells.values_list("grid_id", "name"))
    return [
        {
            "grid": {
                "code": post.grid.code,
                "name": names.get(post.grid_id, post.grid.code),
                "level": post.grid.level,
            },
            "role": post.duty,
            "role_label": post.get_duty_display(),
        }
        for post in held
    ]


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database answers; says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    # Whatever is wrong with the database, the answer is the same word.
    except Exception:
        return JsonResponse({"status": "down"}, status=503)
    return JsonResponse({"status": "ok"})
