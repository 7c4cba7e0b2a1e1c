"""The office's pages for posts and editions; boundaries are drawn on the map, not here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapgrid.core.errors import AppError
from mapgrid.core.office import ServiceAdmin
from mapgrid.grids.models import Edition, Grid, Post
from mapgrid.grids.problems import problem_line
from mapgrid.grids.services import edition_check, edition_publish, post_save

_SHOWN = 20  # defects named one by one on the page


@admin.register(Post)
class PostAdmin(ServiceAdmin, admin.ModelAdmin):
    list_display = ("user", "duty", "grid", "valid_from", "valid_to")
    list_filter = ("duty", "grid__level")
    search_fields = ("user__username", "user__display_name", "grid__code")
    autocomplete_fields = ("user", "grid")
    date_hierarchy = "valid_from"
    list_select_related = ("user", "grid")

    def write(self, obj: Post) -> None:
        post_save(post=obj)


class _ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Grid)
class GridAdmin(_ReadOnly):
    list_display = ("code", "level", "kind")
    list_filter = ("level", "kind")
    search_fields = ("code", "cells__name")


@admin.register(Edition)
class EditionAdmin(_ReadOnly):
    list_display = ("name", "root", "state", "effective_from", "effective_to", "cell_count")
    list_filter = ("state",)
    search_fields = ("name", "root__code")
    actions = ("look_for_problems", "publish")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).annotate(n_cells=Count("cells"))

    @admin.display(description=gettext_lazy("cells"))
    def cell_count(self, obj: Any) -> int:
        return int(obj.n_cells)

    @admin.action(description=gettext_lazy("Check for gaps and overlaps"))
    def look_for_problems(self, request: HttpRequest, queryset: QuerySet[Edition]) -> None:
        for edition in queryset:
            problems = edition_check(edition=edition)
            level = messages.WARNING if problems else messages.SUCCESS
            text = _("%(name)s: %(count)d places to mend.")
            self.message_user(request, text % {"name": edition, "count": len(problems)}, level)
            for problem in problems[:_SHOWN]:
                self.message_user(request, problem_line(problem), level)

    @admin.action(description=gettext_lazy("Publish now"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Edition]) -> None:
        for edition in queryset:
            try:
                done = edition_publish(edition=edition, by=request.user)
            except AppError as error:
                self.message_user(request, f"{edition}: {error.message}", messages.ERROR)
                continue
            moved = sum(table.moved for table in done.tables)
            text = _("%(name)s is in force; %(count)d records changed their grid.")
            self.message_user(request, text % {"name": edition, "count": moved})
