"""The service's own planning, event by event: with calendars, loads, bundles and acceptances."""

from __future__ import annotations

import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.figures import Figure, Row, percentile
from benchmarks.service_pool import EVERYWHERE, Service, Spent, serving
from common.errors import DomainError
from matching.app.answer_match import AcceptMatch, DeclineMatch
from matching.app.follow_needs import ReceiveNeed
from matching.app.publish_offers import PublishOffer
from matching.app.schedule_offers import PutCalendar
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.identity import MatchId, NeedId, OfferId
from matching.domain.match import DeclineReason
from matching.engine.compiled import play as compile_kernels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.sizes import Sizes
    from matching.app.plan_pool import Planning
    from matching.domain.offer import Offer

KINDS: Final = {
    "new need": 0.3,
    "ended need": 0.15,
    "new offer": 0.1,
    "withdrawn offer": 0.05,
    "changed calendar": 0.1,
    "yes": 0.2,
    "no": 0.1,
}
ACCEPTED_BEFORE: Final = 0.05
"""Of all needs, so many have somebody who said yes before the events begin."""

_ASKED: Final = "select id from match where state = 'asked' order by id limit 1000"
_OPEN: Final = "select id from need where state = 'open' order by id limit 1000"
_STANDING: Final = """
    select id from offer where withdrawn_at is null and openings is null order by id limit 1000
"""
_OVER_COMMITTED: Final = """
    select offer.id from offer left join match
        on match.offer_id = offer.id and match.state in ('accepted', 'in_service')
    group by offer.id
    having offer.held > offer.capacity or coalesce(sum(match.quantity), 0) > offer.held
"""
_HELD_TWICE: Final = """
    select line_id from match where state in ('accepted', 'in_service', 'fulfilled')
    group by line_id having count(*) > 1
"""
_OVERBOOKED: Final = "select id from session where held > seats"


class Story:
    """What happens in a pool, one event after the other."""

    def __init__(self, service: Service, by_appointment: Sequence[Offer]) -> None:
        self._service: Final = service
        self._by_appointment: Final = by_appointment
        self._rng: Final = np.random.default_rng(2)

    async def happen(self, kind: str) -> None:
        """Let an event of a kind happen, by the ability that the service has for it."""
        app = self._service.app
        match kind:
            case "new need":
                await self._new_need()
            case "ended need":
                await app.end_need(NeedId(await self._one(_OPEN)))
            case "new offer":
                await self._new_offer()
            case "withdrawn offer":
                offer_id = OfferId(await self._one(_STANDING))
                await app.withdraw_offer(WithdrawOffer(offer_id=offer_id), EVERYWHERE)
            case "changed calendar":
                await self._change_calendar()
            case "yes":
                await self.say_yes()
            case _:
                match_id = MatchId(await self._one(_ASKED))
                answer = DeclineMatch(match_id=match_id, reason=DeclineReason.NO_TIME)
                await app.decline_match(answer, EVERYWHERE)

    async def say_yes(self) -> None:
        """Let one of those who were asked say yes."""
        match_id = MatchId(await self._one(_ASKED))
        await self._service.app.accept_match(AcceptMatch(match_id=match_id), EVERYWHERE)

    async def _new_need(self) -> None:
        need = self._service.people.need()
        await self._service.app.receive_needs(
            [
                ReceiveNeed(
                    need_id=need.id,
                    pool_id=need.site.pool_id,
                    area=need.site.area,
                    point=need.site.point,
                    beneficiary=need.beneficiary,
                    persons=need.persons,
                    urgency=need.urgency,
                    lines=need.lines,
                    submitted_at=need.submitted_at,
                )
            ]
        )

    async def _new_offer(self) -> None:
        offer, party = self._service.people.offer()
        assert offer.site.point is not None
        await self._service.app.remember_party(party)
        await self._service.app.publish_offer(
            PublishOffer(
                offer_id=offer.id,
                supply=offer.supply,
                area=offer.site.area,
                point=offer.site.point,
            ),
            EVERYWHERE,
        )

    async def _change_calendar(self) -> None:
        offer = self._by_appointment[int(self._rng.integers(len(self._by_appointment)))]
        calendar = self._service.people.calendar(offer)
        assert calendar is not None
        await self._service.app.put_calendar(
            PutCalendar(offer_id=offer.id, calendar=calendar), EVERYWHERE
        )

    async def _one(self, statement: str) -> Any:  # noqa: ANN401  # A row of any table.
        rows = await self._service.rows(statement)
        return rows[int(self._rng.integers(len(rows)))].id


async def measure(sizes: Sizes) -> Row:
    """Measure planning from nothing, read anew, and event by event."""
    compile_kernels()
    with tempfile.TemporaryDirectory() as directory:
        async with serving(Path(directory), offers=sizes.service_offers) as service:
            by_appointment = await service.settle_in(sizes.service_needs, sizes.service_offers)
            story = Story(service, by_appointment)
            _tell("people are there")
            _, first = await service.plan()
            _tell(f"first plan {first}")
            for _ in range(int(sizes.service_needs * ACCEPTED_BEFORE)):
                await _if_still_asked(story, "yes")
            await service.plan()
            kept = service.pool.proof()
            service.forget()
            anew, again = await service.plan()
            _tell(f"read anew {again}")
            _tell(f"worth {kept.value} before, {anew.value} read anew")
            _prove(service, anew)
            spent = await _play(service, story, sizes.service_events)
            await _check(service)
    return _row(sizes, first, again, spent)


async def _if_still_asked(story: Story, kind: str) -> bool:
    try:
        await story.happen(kind)
    except DomainError:
        # A yes may come too late: what is left of an offer is in somebody's hands already.
        return False
    return True


async def _play(service: Service, story: Story, events: int) -> list[tuple[str, float, Spent]]:
    kinds = np.random.default_rng(3).choice(list(KINDS), events, p=list(KINDS.values()))
    told: list[tuple[str, float, Spent]] = []
    for kind in (str(each) for each in kinds):
        began = time.perf_counter()
        if not await _if_still_asked(story, kind):
            continue
        command = 1_000 * (time.perf_counter() - began)
        planning, spent = await service.plan()
        _prove(service, planning)
        told.append((kind, command, spent))
    return told


def _prove(service: Service, planning: Planning) -> None:
    """See that all that is not proved of the plan is of what is reserved."""
    proof = service.pool.proof()
    assert planning.gap >= 0
    assert proof.bound - proof.value == proof.reserved_bound - proof.reserved_value, proof


async def _check(service: Service) -> None:
    for statement in (_OVER_COMMITTED, _HELD_TWICE, _OVERBOOKED):
        rows = await service.rows(statement)
        assert not rows, (statement, rows)


def _row(sizes: Sizes, first: Spent, again: Spent, told: Sequence[tuple[str, float, Spent]]) -> Row:
    by_kind: defaultdict[str, list[Spent]] = defaultdict(list)
    for kind, _, spent in told:
        by_kind[kind].append(spent)
    every = [spent for _, _, spent in told]
    size = f"{sizes.service_needs:,} needs, {sizes.service_offers:,} offers"
    return Row(
        name="Service",
        figures=(
            _figure("one event: in the engine", [spent.engine for spent in every]),
            _figure("one event: in the engine, processor", [spent.processor for spent in every]),
            _figure("one event: in the plan", [spent.plan for spent in every]),
            _figure("one event: in the database", [spent.database for spent in every]),
            _figure("one event: planning, all of it", [spent.whole for spent in every]),
            _figure("one event: the command before", [command for _, command, _ in told]),
            *(
                _figure(f"{kind}: in the engine, processor", [spent.processor for spent in spents])
                for kind, spents in sorted(by_kind.items())
            ),
            _seconds("first plan of the pool", first),
            _seconds("the pool read anew", again),
        ),
        remarks=_remarks(size, Counter(kind for kind, _, _ in told)),
        details={"of the first plan": str(first), "of the pool read anew": str(again)},
    )


def _figure(name: str, samples: Sequence[float]) -> Figure:
    return Figure(
        name=f"{name}, p50",
        unit="ms",
        samples=(percentile(samples, 0.5),),
        note=f"p99 {percentile(samples, 0.99):.1f} ms, max {max(samples):.1f} ms",
    )


def _seconds(name: str, spent: Spent) -> Figure:
    note = (
        f"engine {spent.engine / 1000:.2f} s (processor {spent.processor / 1000:.2f} s),"
        f" plan {spent.plan / 1000:.2f} s, database {spent.database / 1000:.2f} s"
    )
    return Figure(name=name, unit="s", samples=(spent.whole / 1000,), note=note)


def _remarks(size: str, counted: Counter[str]) -> tuple[str, ...]:
    happened = ", ".join(f"{count} × {kind}" for kind, count in sorted(counted.items()))
    mix = (
        "One need in fifty is a bundle of two lines that are filled together, one line in twelve"
        " wants a whole load, a tenth of the offers may have a calendar with sessions; who said yes"
        " is pinned."
    )
    proof = (
        "After every event the flow's part of the plan has no gap; what is not proved is of what is"
        " reserved. At the end no offer is over-committed, no line held twice, no session"
        " overbooked."
    )
    return (
        f"{size}, through the service's own abilities and planning on PostgreSQL: {happened}.",
        mix,
        proof,
    )


def _tell(said: str) -> None:
    print(f"  service: {said}", flush=True)  # noqa: T201
