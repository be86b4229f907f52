"""Which ability follows which event of matching."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cases.app.follow_matching import DeriveLines, MoveMatch
from cases.domain.line import LineId
from cases.domain.match import Match, MatchId
from cases.domain.need import NeedId
from cases.domain.progress import DerivedLine
from common.contracts.matching import (
    LinkagePlanProposed,
    MatchAccepted,
    MatchDeclined,
    MatchEvent,
    MatchExpired,
    MatchFulfilled,
    MatchProposed,
    MatchStarted,
    MatchSuperseded,
    MatchWithdrawn,
)
from common.messaging.handlers import Handlers
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel.ext.asyncio.session import AsyncSession

    from cases.app.application import Application
    from common.messaging.event import Envelope


def reactions(app: Application) -> Handlers:
    """Return what the service does when others tell it something."""
    handlers = Handlers()
    handlers.on(MatchProposed)(partial(_note, app))
    handlers.on(MatchAccepted)(partial(_move, app, MatchState.ACCEPTED))
    handlers.on(MatchStarted)(partial(_move, app, MatchState.IN_SERVICE))
    handlers.on(MatchFulfilled)(partial(_move, app, MatchState.FULFILLED))
    handlers.on(MatchDeclined)(partial(_forget, app))
    handlers.on(MatchExpired)(partial(_forget, app))
    handlers.on(MatchSuperseded)(partial(_forget, app))
    handlers.on(MatchWithdrawn)(partial(_forget, app))
    handlers.on(LinkagePlanProposed)(partial(_derive, app))
    return handlers


async def _note(app: Application, event: Envelope[MatchProposed], _: AsyncSession) -> None:
    proposed = event.data
    await app.note_match(
        Match(
            id=MatchId(proposed.match_id),
            need_id=NeedId(proposed.need_id),
            line_id=LineId(proposed.line_id),
            society=proposed.society,
            unit=proposed.unit,
            state=MatchState.PROPOSED,
        )
    )


async def _move(
    app: Application, state: MatchState, event: Envelope[MatchEvent], _: AsyncSession
) -> None:
    await app.move_match(MoveMatch(match_id=MatchId(event.data.match_id), state=state))


async def _forget(app: Application, event: Envelope[MatchEvent], _: AsyncSession) -> None:
    await app.forget_match(MatchId(event.data.match_id))


async def _derive(app: Application, event: Envelope[LinkagePlanProposed], _: AsyncSession) -> None:
    plan = event.data
    lines = tuple(_derived_lines(plan))
    await app.derive_lines(DeriveLines(need_id=NeedId(plan.need_id), lines=lines))


def _derived_lines(plan: LinkagePlanProposed) -> Iterator[DerivedLine]:
    for line in plan.lines:
        if line.derived_from is not None:
            yield DerivedLine(
                id=LineId(line.line_id),
                derived_from=LineId(line.derived_from),
                kind=line.kind,
                service=line.service,
            )
