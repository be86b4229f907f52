"""Which ability follows which event of matching."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cases.app.follow_matching import MoveMatch
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
from common.messaging.handlers import Handlers, data_of
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlmodel.ext.asyncio.session import AsyncSession

    from cases.app.application import Application
    from common.messaging.event import Envelope, Event


def reactions(app: Application) -> Handlers:
    """Return what the service does when others tell it something."""
    handlers = Handlers()
    handlers.on_batch(MatchProposed)(partial(_note, app))
    handlers.on(MatchAccepted)(partial(_move, app, MatchState.ACCEPTED))
    handlers.on(MatchStarted)(partial(_move, app, MatchState.IN_SERVICE))
    handlers.on(MatchFulfilled)(partial(_move, app, MatchState.FULFILLED))
    handlers.on(MatchDeclined)(partial(_forget, app))
    handlers.on(MatchExpired)(partial(_forget, app))
    handlers.on(MatchSuperseded)(partial(_forget, app))
    handlers.on(MatchWithdrawn)(partial(_forget, app))
    handlers.on_batch(LinkagePlanProposed)(partial(_derive, app))
    return handlers


async def _note(app: Application, events: Sequence[Envelope[Event]], _: AsyncSession) -> None:
    await app.note_matches([_match(told) for told in data_of(MatchProposed, events)])


def _match(proposed: MatchProposed) -> Match:
    return Match(
        id=MatchId(proposed.match_id),
        need_id=NeedId(proposed.need_id),
        line_id=LineId(proposed.line_id),
        society=proposed.society,
        unit=proposed.unit,
        state=MatchState.PROPOSED,
    )


async def _move(
    app: Application, state: MatchState, event: Envelope[MatchEvent], _: AsyncSession
) -> None:
    await app.move_match(MoveMatch(match_id=MatchId(event.data.match_id), state=state))


async def _forget(app: Application, event: Envelope[MatchEvent], _: AsyncSession) -> None:
    await app.forget_match(MatchId(event.data.match_id))


async def _derive(app: Application, events: Sequence[Envelope[Event]], _: AsyncSession) -> None:
    # Of several plans of a need the last one counts.
    plans = {plan.need_id: plan for plan in data_of(LinkagePlanProposed, events)}
    await app.derive_lines(
        {NeedId(plan.need_id): [*_derived_lines(plan)] for plan in plans.values()}
    )


def _derived_lines(plan: LinkagePlanProposed) -> Iterator[DerivedLine]:
    for line in plan.lines:
        if line.derived_from is not None:
            yield DerivedLine(
                id=LineId(line.line_id),
                derived_from=LineId(line.derived_from),
                kind=line.kind,
                service=line.service,
            )
