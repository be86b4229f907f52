"""RFC 9457: the only place where an error meets a status.

Every failure is a problem, also those that no code of ours raised. A title never varies, facts are
members, refused input is named and not echoed. An error outside the known families is a defect:
it is logged with its traceback and the caller learns nothing but its number.
"""

from __future__ import annotations

import json
from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from common.errors import (
    Conflict,
    DomainError,
    Forbidden,
    NotFound,
    PreconditionFailed,
    RuleViolated,
)
from common.http.audit import note_refusal
from common.http.flaws import refusal_of
from common.http.languages import Language, language_of
from common.http.refusals import Refusal, TemporarilyUnavailable
from common.outages import is_outage
from common.telemetry import current_request_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI, Request

MEDIA_TYPE: Final = "application/problem+json"
STATUS_OF_FAMILY: Final[Mapping[type[DomainError], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Forbidden: HTTPStatus.FORBIDDEN,
    RuleViolated: HTTPStatus.UNPROCESSABLE_ENTITY,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
}
_FACTS: Final = TypeAdapter(dict[str, Any])

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


def status_of(error: type[DomainError]) -> HTTPStatus:
    """Return the status of an error's family; an error of no family is a defect."""
    if issubclass(error, Refusal):
        return error.status
    for family, status in STATUS_OF_FAMILY.items():
        if issubclass(error, family):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def title_of(error: type[DomainError], language: Language) -> str:
    """Return the sentence that names an error in one of the two languages."""
    if language is Language.ZH:
        return error.title_zh
    return (error.__doc__ or "").partition("\n")[0]


def problem_of(error: DomainError, *, problems_url: str, language: Language) -> dict[str, Any]:
    """Return the members of a problem, without an instance: for items of a batch answer too."""
    return {
        "type": f"{problems_url.rstrip('/')}/{error.code}",
        "title": title_of(type(error), language),
        "status": status_of(type(error)).value,
        **{
            name: value
            for name, value in _FACTS.dump_python(dict(error.facts), mode="json").items()
            if name not in {"type", "title", "status", "instance"}
        },
    }


def refused(request: Request, error: DomainError) -> Response:
    """Return the answer to a request that was refused by a rule."""
    language = language_of(request.headers)
    headers = error.headers if isinstance(error, Refusal) else {}
    members = problem_of(error, problems_url=problems_url(request), language=language)
    return _answer(members, {**headers, "content-language": language.tag})


def failed(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer that says no more than its status."""
    members = {"type": "about:blank", "title": status.phrase, "status": status.value}
    return _answer(members, headers or {})


def problems_url(request: Request) -> str:
    """Return the base of the ``type`` of problems."""
    base: str = request.app.state.problems_url
    return base


def documented(*errors: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses=`` of a route that may answer with these errors."""
    by_status: defaultdict[int, list[type[DomainError]]] = defaultdict(list)
    for error in errors:
        by_status[status_of(error).value].append(error)
    return {status: _documented(of_status) for status, of_status in sorted(by_status.items())}


def handle_failures(app: FastAPI) -> None:
    """Make every failure of an application a problem."""
    app.add_exception_handler(DomainError, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid_input)
    app.add_exception_handler(HTTPException, _on_status)


def answer_to_defect(request: Request, error: Exception) -> Response:
    """Return the answer to anything that nobody caught: an outage is not a defect."""
    if is_outage(error):
        log.warning("dependency_unavailable", error=type(error).__name__)
        return refused(request, TemporarilyUnavailable())
    log.error("defect", exc_info=error)
    return failed(HTTPStatus.INTERNAL_SERVER_ERROR)


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    if status_of(type(error)) is HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer_to_defect(request, error)
    note_refusal(error, sub=getattr(request.state, "sub", None))
    return refused(request, error)


async def _on_invalid_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return refused(request, refusal_of(error))


async def _on_status(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return failed(HTTPStatus(error.status_code), error.headers)


def _answer(members: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    content = {**members, "instance": f"urn:uuid:{_occurrence()}"}
    return Response(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(),
        status_code=members["status"],
        headers=dict(headers),
        media_type=MEDIA_TYPE,
    )


def _occurrence() -> UUID | str:
    # The gateway gives every request an id and logs it; the problem carries the same one.
    return current_request_id() or uuid4()


def _documented(errors: Sequence[type[DomainError]]) -> dict[str, Any]:
    examples = {error.code: {"value": _example(error)} for error in errors}
    sentences = [f"`{error.code}`: {title_of(error, Language.EN)}" for error in errors]
    return {
        "description": " ".join(sentences),
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
        },
    }


def _example(error: type[DomainError]) -> dict[str, Any]:
    return {
        "type": f"/problems/{error.code}",
        "title": title_of(error, Language.ZH),
        "status": status_of(error).value,
        "instance": "urn:uuid:0192d3c4-5b6a-7890-8abc-def012345678",
    }


PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "Why a request was not carried out (RFC 9457); further members are facts.",
    "type": "object",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {"type": "string", "description": "A page about this kind of problem."},
        "title": {"type": "string", "description": "One sentence in zh-CN or en."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "instance": {"type": "string", "description": "This occurrence; logs carry the same id."},
        "errors": {
            "type": "array",
            "description": "Each thing that is wrong with the input.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer to the field."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}
