"""Reports that arrive at the same moment: real threads, real transactions."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from mapgrid.events.models import Event, EventPhoto
from tests import cast as casting
from tests.api.conftest import login
from tests.api.test_reporting import report, send_form
from tests.cast import picture


@pytest.mark.django_db(transaction=True)
def test_six_parallel_posts_of_one_uuid_are_one_event_and_no_error(
    tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast = casting.build()
    body, file = report(), picture(50, 40)
    ready = threading.Barrier(6)
    answers: list[Any] = []

    def post() -> None:
        try:
            client = login(cast, "inside")
            ready.wait()
            answers.append(send_form(client, body, file))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert Event.objects.filter(uuid=body["uuid"]).count() == 1
    assert EventPhoto.objects.filter(event__uuid=body["uuid"]).count() == 1
