"""The document of the API says what a stranger has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from testing.api import Api


async def document_of(client: Api) -> dict[str, Any]:
    document: dict[str, Any] = (await client.get("/cases/v1/openapi.json")).json()
    return document


def bodies_of(document: dict[str, Any]) -> dict[str, str]:
    """Return the schemas of this service's request and answer bodies, by where they are used."""
    found: dict[str, str] = {}
    for path, operations in document["paths"].items():
        if not path.startswith(("/cases/v1/meetings", "/cases/v1/needs")):
            continue
        for method, operation in operations.items():
            contents = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in contents:
                schema = content.get("content", {}).get("application/json", {}).get("schema", {})
                if "$ref" in schema:
                    found[f"{method} {path}"] = schema["$ref"]
    return found


async def test_every_body_has_an_example_that_fits_it(client: Api) -> None:
    document = await document_of(client)

    for place, reference in bodies_of(document).items():
        name = reference.rpartition("/")[2]
        schema = document["components"]["schemas"][name]
        if name.startswith("Page_"):
            continue
        assert schema.get("examples"), f"{place}: {name} has no example"
        validator = jsonschema_rs.validator_for({**schema, "components": document["components"]})
        for example in schema["examples"]:
            validator.validate(example)


async def test_every_route_says_what_it_does(client: Api) -> None:
    document = await document_of(client)

    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path}"
