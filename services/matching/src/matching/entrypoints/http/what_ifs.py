"""Trying a policy on a past period."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from fastapi import Depends, Path, Response

from common.grants import OutsideYourScope, Scope
from common.http.languages import Language, Speaking
from common.http.permissions import permitted
from common.http.places import Code
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import Body, View
from common.http.words import Instant, example, label
from common.places import AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaScheme
from matching.app.permissions import TRY_POLICIES
from matching.app.try_policy import TryPolicy, WhatIf
from matching.domain.errors import (
    PeriodNotOver,
    PeriodTooLarge,
    PeriodTooLong,
    PolicyNotFound,
    WhatIfNotFound,
)
from matching.domain.what_if import Figures, WhatIfState
from matching.entrypoints.http.fairness_schemas import FIGURES, FairnessView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1", tags=["policies"])

MayTry: TypeAlias = Annotated[Scope, Depends(permitted(TRY_POLICIES))]

_PERIOD = {"since": "2026-01-31T16:00:00Z", "until": "2026-02-28T16:00:00Z"}
_FIGURES = {"lines": 120, "filled": 97, "asks": 110, "metres": 812.5, "fairness": FIGURES}


class PeriodToTry(Body):
    """In which area, and during which period, a policy is tried; the period must be over."""

    model_config = example(scheme="nbs", area="2102", **_PERIOD)

    scheme: AreaScheme = AreaScheme.NBS
    area: Code
    since: Instant
    until: Instant

    def command(self, version: int) -> TryPolicy:
        """Return what is to be done."""
        return TryPolicy(
            version=version,
            area=AreaRef(self.scheme, self.area),
            since=self.since,
            until=self.until,
        )


class FiguresView(View):
    """What a policy made of the period; `metres` is the mean distance where it is known."""

    model_config = example(**_FIGURES)

    lines: int
    filled: int
    asks: int
    metres: float
    fairness: FairnessView

    @classmethod
    def of(cls, figures: Figures, language: Language) -> Self:
        """Show figures to somebody who reads this language."""
        return cls(
            lines=figures.lines,
            filled=figures.filled,
            asks=figures.asks,
            metres=round(figures.metres, 1),
            fairness=FairnessView.of(figures.fairness, language),
        )


class WhatIfView(View):
    """A policy that is tried: `base` is what the policies in force make of the period.

    Both runs are played day by day with the same needs, offers, allotments and known refusals, and
    whoever else is asked says yes. Of the policies the weights, how soon a search widens, how long
    silence lasts and when offers count as too old are played; `not_played` names the figures in
    which they differ besides, which made no difference here. Neither run is a forecast.
    """

    model_config = example(
        id="0192d3c4-1111-7000-8000-000000000005",
        policy_version=7,
        scheme="nbs",
        area="2102",
        **_PERIOD,
        state="done",
        state_label="已完成",
        done=56,
        steps=56,
        base=_FIGURES,
        tried=_FIGURES,
        not_played=["asking.wave"],
        asked_by="officer-3",
        asked_at="2026-03-02T02:00:00Z",
    )

    id: UUID
    policy_version: int
    scheme: AreaScheme
    area: str
    since: datetime
    until: datetime
    state: WhatIfState
    state_label: str
    done: int
    steps: int
    base: FiguresView | None = None
    tried: FiguresView | None = None
    not_played: list[str]
    asked_by: str
    asked_at: datetime

    @classmethod
    def of(cls, what_if: WhatIf, language: Language) -> Self:
        """Show a try to somebody who reads this language."""
        command, compared = what_if.command, what_if.compared
        return cls(
            id=what_if.id,
            policy_version=command.version,
            scheme=command.area.scheme,
            area=command.area.code,
            since=command.since,
            until=command.until,
            state=what_if.state,
            state_label=label(what_if.state, language),
            done=what_if.done,
            steps=what_if.steps,
            base=None if compared is None else FiguresView.of(compared.base, language),
            tried=None if compared is None else FiguresView.of(compared.tried, language),
            not_played=[] if compared is None else list(compared.not_played),
            asked_by=what_if.asked_by,
            asked_at=what_if.asked_at,
        )


@routes.post(
    "/policies/{version}/what-if",
    status_code=HTTPStatus.ACCEPTED,
    responses=documented(
        UnknownArea,
        AreasNotReady,
        OutsideYourScope,
        PolicyNotFound,
        PeriodNotOver,
        PeriodTooLong,
        PeriodTooLarge,
    ),
)
async def try_policy(
    version: Annotated[int, Path(ge=1, le=2**53)],
    body: PeriodToTry,
    app: App,
    scope: MayTry,
    language: Speaking,
    response: Response,
) -> WhatIfView:
    """Let a period that is over be played under a policy; `Location` is where the answer comes."""
    what_if = await app.try_policy(body.command(version), scope)
    response.headers["location"] = f"{routes.prefix}/what_ifs/{what_if.id}"
    return WhatIfView.of(what_if, language)


@routes.get("/what_ifs/{what_if_id}", responses=documented(WhatIfNotFound))
async def show_what_if(what_if_id: UUID, app: App, scope: MayTry, language: Speaking) -> WhatIfView:
    """Show how far a try has come, and what came of it."""
    return WhatIfView.of(await app.find_what_if(what_if_id, scope), language)
