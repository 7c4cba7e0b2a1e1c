"""The OpenAPI document is true: it builds without a warning, and answers look as it says."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.urls import resolve
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from mapgrid.events.models import EventPhoto
from tests import world
from tests.api.conftest import ClientOf
from tests.api.test_access_matrix import endpoints
from tests.cast import Cast


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return found


def test_the_document_is_made_without_a_warning(tmp_path: Any) -> None:
    GENERATOR_STATS.reset()
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml")
    )


def test_every_endpoint_stands_in_the_document(document: dict[str, Any]) -> None:
    listed = {
        (resolve(_filled(path)).url_name, method.upper())
        for path, methods in document["paths"].items()
        for method in methods
    }
    undocumented = {"healthz", "api-docs", "api-schema", "api-unknown", "api-tile-probe"}
    assert {key for key in endpoints() if key[0] not in undocumented} == listed


def _filled(path: str) -> str:
    values = {"{id}": "1", "{pk}": "1", "{key}": "00000000-0000-0000-0000-000000000001"}
    values |= {"{z}": "1", "{x}": "1", "{y}": "1", "{group}": "events", "{code}": "1"}
    values |= {"{number}": "1"}
    for name, value in values.items():
        path = path.replace(name, value)
    return path


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)
            assert "401" in operation["responses"], (path, method)


def strict(schema: Any) -> Any:
    """Return the schema as JSON Schema: ``nullable`` told its way, and no property too many."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(part) for name, part in schema.items() if name != "nullable"}
    if "properties" in made:
        made["additionalProperties"] = False
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def assert_true(document: dict[str, Any], path: str, response: Any, method: str = "get") -> None:
    operation = document["paths"][path][method]
    told = operation["responses"][str(response.status_code)]["content"]["application/json"]
    schema = {**strict(told["schema"]), "components": strict(document["components"])}
    jsonschema.Draft202012Validator(schema).validate(response.json())


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/me", "/api/me"),
        ("/api/catalogue", "/api/catalogue"),
        ("/api/search", "/api/search?q=测试"),
        ("/api/search", "/api/search?q=T-1"),
        ("/api/place", "/api/place?lon=113.6005&lat=34.7515&category=component:0102"),
        ("/api/place", "/api/place?lon=113.605&lat=34.7515"),
        ("/api/place", "/api/place"),
        ("/api/grids/{code}", f"/api/grids/{world.code(1)}"),
        ("/api/grids/{code}", "/api/grids/x"),
        ("/api/events", "/api/events?show=all"),
        ("/api/events", "/api/events?sort=x"),
        ("/api/events/counts", "/api/events/counts"),
        ("/api/events/timeline", "/api/events/timeline"),
        ("/api/events/{number}", "/api/events/T-111-1"),
        ("/api/events/{number}", "/api/events/T-111-4"),
        ("/api/events/{number}", "/api/events/T-out-1"),
        ("/api/events/{number}", "/api/events/T-nowhere"),
        ("/api/events/{number}", "/api/events/T-none"),
        ("/api/heat/legend", "/api/heat/legend"),
        ("/api/heat/value", "/api/heat/value?lon=113.6&lat=34.75"),
    ],
)
def test_an_answer_looks_as_the_document_says(
    document: dict[str, Any], client_of: ClientOf, path: str, address: str
) -> None:
    assert_true(document, path, client_of("centre").get(address))


@pytest.mark.parametrize("kind", ["components", "hazards", "buildings"])
def test_a_thing_and_its_past_look_as_the_document_says(
    cast: Cast, document: dict[str, Any], client_of: ClientOf, kind: str
) -> None:
    client = client_of("centre")
    for pk in sorted(getattr(cast, kind)("centre")):
        address = f"/api/{kind}/{pk}"
        body = json.dumps({"version": 1, "name": "改"})
        assert_true(document, f"/api/{kind}/{{id}}", client.get(address))
        changed = client.patch(address, body, content_type="application/json")
        assert_true(document, f"/api/{kind}/{{id}}", changed, "patch")
        assert_true(document, f"/api/{kind}/{{id}}/history", client.get(f"{address}/history"))
        conflict = client.patch(address, body, content_type="application/json")
        assert_true(document, f"/api/{kind}/{{id}}", conflict, "patch")


def test_the_page_of_the_documentation_asks_this_server_only(client_of: ClientOf) -> None:
    response = client_of("centre").get("/api/docs")
    assert "https://" not in response.content.decode()
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_a_photograph_is_no_json(document: dict[str, Any], cast: Cast) -> None:
    told = document["paths"]["/api/photos/{key}"]["get"]["responses"]["200"]["content"]
    assert EventPhoto.objects.exists()
    assert "application/json" not in told
