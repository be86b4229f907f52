"""What the generated OpenAPI document cannot know by itself: tokens, keys, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.routing import iter_route_contexts

from common.grants import RoleNotPermitted
from common.http.permissions import Permitted, Public
from common.http.problems import MEDIA_TYPE, PROBLEM_SCHEMA, documented
from common.http.refusals import (
    CursorInvalid,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    InputInvalid,
    InputMalformed,
    MediaTypeUnsupported,
    RequestInProgress,
    TemporarilyUnavailable,
    Unauthenticated,
    UnknownFilter,
)
from common.http.route import WusheRoute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from common.errors import DomainError

_SCHEME: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An OIDC access token; its `grants` are a ceiling on what the account may do.",
}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Repeat a request with the same key and it still happens once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
    "example": "0192d3c4-5b6a-7890-8abc-def012345678",
}
_TOO_LARGE: Final = {
    "description": "The body is larger than 1 MiB.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe(app: FastAPI) -> None:
    """Have the application's document say what every route demands and how it refuses."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        if "Problem" not in document.setdefault("components", {}).setdefault("schemas", {}):
            _complete(app, document)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(app: FastAPI, document: dict[str, Any]) -> None:
    components = document["components"]
    components["schemas"]["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    components["securitySchemes"] = {"token": _SCHEME}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, WusheRoute) and route.include_in_schema:
            for method in route.verbs:
                _complete_operation(route, document["paths"][route.path_format][method.lower()])


def _complete_operation(route: WusheRoute, operation: dict[str, Any]) -> None:
    if not isinstance(route.declaration, Public):
        operation["security"] = [{"token": []}]
    if route.is_claimed:
        operation.setdefault("parameters", []).append(_KEY)
    if route.is_unsafe:
        operation["responses"].setdefault("413", _TOO_LARGE)
    if "HTTPValidationError" in str(operation["responses"].get("422", "")):
        del operation["responses"]["422"]
    for status, response in documented(*_refusals(route)).items():
        _merge(operation["responses"], str(status), response)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _merge(responses: dict[str, Any], status: str, more: dict[str, Any]) -> None:
    present = responses.setdefault(status, more)
    if present is more:
        return
    content = present["content"].setdefault(MEDIA_TYPE, {"schema": {}})
    content["examples"] = {
        **content.get("examples", {}),
        **more["content"][MEDIA_TYPE]["examples"],
    }
    present["description"] = f"{present['description']} {more['description']}"


def _refusals(route: WusheRoute) -> Iterator[type[DomainError]]:
    yield from (InputInvalid, UnknownFilter, TemporarilyUnavailable)
    if not isinstance(route.declaration, Public):
        yield Unauthenticated
    if isinstance(route.declaration, Permitted):
        yield RoleNotPermitted
    if route.is_claimed:
        yield from (IdempotencyKeyMissing, IdempotencyKeyReused, RequestInProgress)
    if route.body_field is not None:
        yield from (InputMalformed, MediaTypeUnsupported)
    if "cursor" in route.query_names:
        yield CursorInvalid
