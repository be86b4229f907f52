"""How callers say what they ask about: an area, an instant, the application."""

import re
from datetime import date
from typing import Annotated, Final, cast

from fastapi import Depends, Query, Request
from pydantic import AwareDatetime, BeforeValidator

from common.http.refusals import Flaw, InputInvalid
from common.places import AreaRef
from common.vocabulary import AreaScheme
from reporting.app.answer_question import Question
from reporting.app.application import Application
from reporting.app.ports import NeedFilter
from reporting.domain.timeline import NeedState

_BEGINS_WITH_A_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso(value: object) -> object:
    if isinstance(value, str) and not _BEGINS_WITH_A_DAY.match(value):
        message = "Has to be a day or an instant with its offset, as in RFC 3339"
        raise ValueError(message)
    return value


AsOf = Annotated[
    AwareDatetime | date | None,
    BeforeValidator(_iso),
    Query(
        description="An instant with its offset, or a day: its end in Asia/Shanghai. Absent: now.",
        examples=["2026-11-21", "2026-11-21T15:00:00Z"],
    ),
]
Scheme = Annotated[AreaScheme, Query(description="The code list that `area` comes from.")]
Code = Annotated[
    str, Query(pattern=r"^[0-9]{2,12}$", description="An area and all below it.", examples=["2102"])
]
AnyScheme = Annotated[AreaScheme | None, Query(description="Only areas of this code list.")]
AnyCode = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{2,12}$", description="Only this area and all below it; needs `scheme`."),
]


async def question(scheme: Scheme, area: Code, as_of: AsOf = None) -> Question:
    """Return what is asked."""
    return Question(area=AreaRef(scheme, area), as_of=as_of)


async def needs_wanted(
    scheme: AnyScheme = None,
    within: AnyCode = None,
    state: Annotated[NeedState | None, Query(description="Only needs that stand so now.")] = None,
) -> NeedFilter:
    """Return which needs are wanted.

    Raises:
        InputInvalid: A code came without its code list.
    """
    if within is None:
        return NeedFilter(scheme=scheme, state=state)
    if scheme is None:
        flaw = Flaw(pointer="/query/scheme", code="missing", detail="Required with within")
        raise InputInvalid(errors=[flaw])
    return NeedFilter(within=AreaRef(scheme, within), state=state)


async def application(request: Request) -> Application:
    """Return what the service can do."""
    return cast("Application", request.app.state.application)


Asking = Annotated[Question, Depends(question)]
WantedNeeds = Annotated[NeedFilter, Depends(needs_wanted)]
App = Annotated[Application, Depends(application)]
