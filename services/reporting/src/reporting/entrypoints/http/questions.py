"""How callers say what they ask about: an area, an instant, the application."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from common.http.application import application
from common.http.places import Code
from common.http.refusals import Flaw, InputInvalid
from common.http.words import WRITTEN
from common.places import AreaRef
from common.vocabulary import AreaScheme
from reporting.app.answer_question import Question
from reporting.app.application import Application
from reporting.app.ports import NeedFilter
from reporting.domain.timeline import NeedState

AsOf = Annotated[
    AwareDatetime | date | None,
    WRITTEN,
    Query(
        description="An instant with its offset, or a day: its end in Asia/Shanghai. Absent: now.",
        examples=["2026-11-21", "2026-11-21T15:00:00Z"],
    ),
]
Scheme = Annotated[AreaScheme, Query(description="The code list that `area` comes from.")]
Area = Annotated[Code, Query(description="An area and all below it.", examples=["2102"])]
AnyScheme = Annotated[AreaScheme | None, Query(description="Only areas of this code list.")]
AnyArea = Annotated[
    Code | None, Query(description="Only this area and all below it; needs `scheme`.")
]


async def question(scheme: Scheme, area: Area, as_of: AsOf = None) -> Question:
    """Return what is asked."""
    return Question(area=AreaRef(scheme, area), as_of=as_of)


async def needs_wanted(
    scheme: AnyScheme = None,
    within: AnyArea = None,
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


Asking = Annotated[Question, Depends(question)]
WantedNeeds = Annotated[NeedFilter, Depends(needs_wanted)]
App = Annotated[Application, Depends(application)]
