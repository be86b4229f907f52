"""The document of the API says what a stranger has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from common.http.server import create_app

if TYPE_CHECKING:
    from testing.api import Api

OURS = ("/matching/v1/offers", "/matching/v1/needs", "/matching/v1/matches")


@pytest.fixture
def document(client: Api) -> dict[str, Any]:
    found: dict[str, Any] = create_app(client.service).openapi()
    return found


def bodies(document: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for path, operations in document["paths"].items():
        if not path.startswith(OURS):
            continue
        for operation in operations.values():
            for part in [operation.get("requestBody", {}), *operation["responses"].values()]:
                schema = part.get("content", {}).get("application/json", {}).get("schema", {})
                if "$ref" in schema:
                    found.add(schema["$ref"].rpartition("/")[2])
    return found


def test_every_body_has_an_example_that_fits_it(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    named = {name for name in bodies(document) if not name.startswith("Page_")}

    assert len(named) > 8
    for name in sorted(named | {"QueuedNeedView", "MatchView", "OfferView"}):
        assert schemas[name].get("examples"), f"{name} has no example"
        validator = jsonschema_rs.validator_for(
            {**schemas[name], "components": document["components"]}
        )
        for example in schemas[name]["examples"]:
            validator.validate(example)


def test_every_route_says_what_it_does(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path}"
