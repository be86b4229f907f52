"""Many items in one request: each is validated, decided and answered on its own.

An item that breaks a rule of its schema is no reason to refuse the others, so a batch declares its
items as ``list[Attempted[Item]]``: what is wrong with one takes its place in the list.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Protocol, TypeAlias, TypeVar, get_args
from uuid import UUID

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, GetCoreSchemaHandler, ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, core_schema

from common.errors import DomainError
from common.http.flaws import refusal_of
from common.http.languages import language_of
from common.http.problems import problem_of, problems_url
from common.http.refusals import InputInvalid, Refusal
from common.http.schemas import View

T = TypeVar("T")
R = TypeVar("R")


class _Attempt:
    """Validates an item of a batch; its document shows the item and not the refusal."""

    def __get_pydantic_core_schema__(
        self,
        source: object,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        item = handler.generate_schema(get_args(source)[0])
        return core_schema.no_info_wrap_validator_function(_attempted, item)


Attempted: TypeAlias = Annotated[T | Refusal, _Attempt()]
"""An item, or why it is none."""


class Identified(Protocol):
    """A thing with an id."""

    @property
    def id(self) -> UUID:
        """The id, made by the caller or here."""
        ...


class Created(Protocol):
    """What became of an item that was not refused."""

    @property
    def thing(self) -> Identified:
        """The thing that exists now."""
        ...

    @property
    def is_new(self) -> bool:
        """Whether it did not exist before."""
        ...


class ItemView(View):
    """What became of one item: created (201), there already (200), or refused, with a problem."""

    index: int
    id: UUID | None = None
    status: int
    problem: dict[str, Any] | None = None


class BatchView(View):
    """What became of each item, in the order of the request."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "index": 0,
                            "id": "0192d3c4-5b6a-7890-8abc-def012345678",
                            "status": 201,
                            "problem": None,
                        },
                        {
                            "index": 1,
                            "id": None,
                            "status": 422,
                            "problem": {
                                "type": "/problems/unknown-area",
                                "title": "所用区划名录中没有这个区划代码。",
                                "status": 422,
                                "scheme": "nbs",
                                "area": "210213999",
                            },
                        },
                    ]
                }
            ]
        }
    )

    items: list[ItemView]


async def each(
    items: Sequence[T | Refusal],
    work: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
    *,
    at: str,
) -> Sequence[R | Refusal]:
    """Do the valid items together and return what became of all of them, in their order.

    Args:
        items: Items, and refusals in the places of those that are none.
        work: Does the items it is given; one outcome for each, in their order.
        at: Where in the request the items stand, such as ``/body/needs``.
    """
    done = iter(await work([item for item in items if not isinstance(item, Refusal)]))
    return [
        _anchored(item, f"{at}/{index}") if isinstance(item, Refusal) else next(done)
        for index, item in enumerate(items)
    ]


def batch_view(
    request: Request, items: Sequence[object], outcomes: Sequence[Created | DomainError]
) -> BatchView:
    """Show what became of the items; a refused one keeps the id that it was sent with."""
    return BatchView(
        items=[
            _refused(request, index, item, outcome)
            if isinstance(outcome, DomainError)
            else _created(index, outcome)
            for index, (item, outcome) in enumerate(zip(items, outcomes, strict=True))
        ]
    )


def _created(index: int, outcome: Created) -> ItemView:
    status = HTTPStatus.CREATED if outcome.is_new else HTTPStatus.OK
    return ItemView(index=index, id=outcome.thing.id, status=status.value)


def _refused(request: Request, index: int, item: object, error: DomainError) -> ItemView:
    language = language_of(request.headers)
    problem = problem_of(error, problems_url=problems_url(request), language=language)
    sent: UUID | None = getattr(item, "id", None)
    return ItemView(index=index, id=sent, status=problem["status"], problem=problem)


def _anchored(refusal: Refusal, place: str) -> Refusal:
    if not isinstance(refusal, InputInvalid):
        return refusal
    return InputInvalid(
        errors=[replace(flaw, pointer=f"{place}{flaw.pointer}") for flaw in refusal.errors]
    )


def _attempted(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    try:
        return validate(value)
    except ValidationError as error:
        flaws = error.errors(include_url=False, include_input=False)
        return refusal_of(RequestValidationError(flaws))
