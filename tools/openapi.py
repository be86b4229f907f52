"""One OpenAPI document out of those of the four services.

Each service is asked in a process of its own (``python -m cases openapi``), as an operator would
ask it, so no two services ever meet in one process. Names of schemas get their service in front,
because two services may call different things alike; what all services have is the frame's and
stays.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SERVICES: Final = ("registry", "cases", "matching", "reporting")
REFERENCE: Final = "#/components/schemas/"
# FastAPI describes the items of a stream by a word of OpenAPI 3.2; in 3.1 it is an extension.
LATER_WORDS: Final = {"itemSchema": "x-item-schema"}

Json = dict[str, Any]


def merged() -> Json:
    """Return the document of the whole API, as the gateway offers it."""
    documents = {service: document_of(service) for service in SERVICES}
    common = _common_schemas(documents)
    paths: Json = {}
    schemas: Json = {}
    for service, document in documents.items():
        told = _renamed(document, service, common)
        paths.update(_tagged(told["paths"], service))
        schemas.update(told["components"]["schemas"])
    return {
        "openapi": documents["registry"]["openapi"],
        "info": {
            "title": "Wushe 五社",
            "version": _one({document["info"]["version"] for document in documents.values()}),
            "summary": "A need comes in once; the best team of helpers is found and explained.",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The gateway that serves this document."}],
        "tags": [{"name": name} for name in sorted(_tags(paths))],
        "x-services": {service: _about(document) for service, document in documents.items()},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": documents["registry"]["components"]["securitySchemes"],
        },
    }


DESCRIPTION: Final = """\
Four services behind one gateway: `registry` knows who and where, `cases` what is needed and what
was done, `matching` who helps whom, `reporting` what it adds up to.

Send an OIDC access token as `Authorization: Bearer …`. Every request that changes something needs
an `Idempotency-Key`: repeat it with the same key and it still happens once. Lists are pages: follow
`next`. Refusals are RFC 9457 problems whose `type` is a page of this site. `Accept-Language`
chooses between zh-CN and en for labels and titles.
"""


def document_of(service: str) -> Json:
    """Return the document of one service."""
    asked = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, "-m", service, "openapi"], check=True, capture_output=True, text=True
    )
    document: Json = json.loads(asked.stdout)
    return document


def _common_schemas(documents: Mapping[str, Json]) -> frozenset[str]:
    """Return the names that mean the same in every service."""
    each = [document["components"]["schemas"] for document in documents.values()]
    shared = set.intersection(*(set(schemas) for schemas in each))
    return frozenset(
        name for name in shared if all(schemas[name] == each[0][name] for schemas in each)
    )


def _renamed(document: Json, service: str, common: frozenset[str]) -> Json:
    """Return a document with its service in front of the names that are its own."""

    def new_name(name: str) -> str:
        return name if name in common else f"{service}.{name}"

    def walk(value: Any) -> Any:  # noqa: ANN401 - a JSON value
        if isinstance(value, dict):
            return {
                LATER_WORDS.get(key, key): _pointed(key, inner, new_name) or walk(inner)
                for key, inner in value.items()
            }
        return [walk(inner) for inner in value] if isinstance(value, list) else value

    told: Json = walk(document)
    schemas = told["components"]["schemas"]
    told["components"]["schemas"] = {new_name(name): schema for name, schema in schemas.items()}
    return told


def _pointed(key: str, value: object, new_name: Callable[[str], str]) -> str | None:
    if key == "$ref" and isinstance(value, str) and value.startswith(REFERENCE):
        return REFERENCE + new_name(value.removeprefix(REFERENCE))
    return None


def _tagged(paths: Json, service: str) -> Json:
    """Return paths whose operations say which service they belong to."""
    for item in paths.values():
        for operation in item.values():
            operation["tags"] = [f"{service}: {tag}" for tag in operation.get("tags", [service])]
    return paths


def _tags(paths: Json) -> set[str]:
    return {
        tag for item in paths.values() for operation in item.values() for tag in operation["tags"]
    }


def _about(document: Json) -> Json:
    return {key: document["info"][key] for key in ("title", "description")}


def _one(values: set[str]) -> str:
    if len(values) != 1:
        message = f"the services should have one version, and have {sorted(values)}"
        raise ValueError(message)
    return values.pop()
