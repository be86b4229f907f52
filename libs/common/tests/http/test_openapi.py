from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from common.errors import DomainError
from common.http.languages import Language
from common.http.problems import status_of, title_of
from common.runtime import openapi_document
from testing.desk.service import Settings, build

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTES = "/desk/v1/notes"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi_document(Settings, build))
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_needs_no_settings(document: dict[str, Any]) -> None:
    assert document["info"]["title"] == "Desk"
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        responses = operation["responses"]
        assert {"422", "503"} <= responses.keys(), name
        for status, response in responses.items():
            if status >= "4":
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (name, status)


def test_what_needs_a_token_says_so(document: dict[str, Any]) -> None:
    secured = {name for name, operation in operations(document) if "security" in operation}

    assert f"GET {NOTES}" in secured
    assert "GET /desk/v1/me" in secured
    assert "GET /desk/v1/permissions" not in secured


def test_what_changes_something_demands_a_key(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        headers = [p["name"] for p in operation.get("parameters", []) if p["in"] == "header"]
        assert ("Idempotency-Key" in headers) is name.startswith("POST"), name


def test_codes_of_the_route_and_of_the_frame_stand_together(document: dict[str, Any]) -> None:
    responses = document["paths"][NOTES]["post"]["responses"]

    codes = responses["422"]["content"]["application/problem+json"]["examples"].keys()
    assert {"unknown-area", "input-invalid", "unknown-filter", "idempotency-key-reused"} <= codes
    assert "outside-your-scope" in responses["403"]["description"]
    assert "413" in responses


def test_nothing_is_left_of_the_frameworks_own_errors(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in json.dumps(document)


def test_examples_of_bodies_fit_their_schema(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["NewNote"]
    whole = {"$ref": "#/components/schemas/NewNote", "components": document["components"]}

    for example in schema["examples"]:
        jsonschema_rs.validate(whole, example)


def test_a_stream_is_described_as_one(document: dict[str, Any]) -> None:
    content = document["paths"]["/desk/v1/numbers"]["get"]["responses"]["200"]["content"]

    assert list(content) == ["text/event-stream"]


def concrete(family: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for error in family.__subclasses__():
        yield from concrete(error)
        if "code" in vars(error) and error.__module__.startswith("common."):
            yield error


def test_every_refusal_has_a_code_a_status_and_a_sentence_in_both_languages() -> None:
    found = list(concrete())

    assert len({error.code for error in found}) == len(found)
    for error in found:
        assert status_of(error) >= 400, error
        assert status_of(error) != 500, error
        assert title_of(error, Language.EN).endswith("."), error
        assert title_of(error, Language.ZH).endswith("。"), error
