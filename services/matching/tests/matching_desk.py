"""Matching on a real database, without HTTP and without a log: abilities, a clock and a plan."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from matching_builders import GATE, NOW, a_line, a_party, metres_north, named
from sqlalchemy import text

from common.area_lists import replace_areas
from common.frame import Frame, build_frame
from common.grants import Scope
from common.messaging.event import Envelope
from common.paging import Window
from common.places import AreaRef, Position
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    MatchState,
    ServiceCode,
    Society,
    Unit,
)
from matching.app.answer_match import AcceptMatch
from matching.app.application import Application
from matching.app.decide_plan import ApprovePlan
from matching.app.follow_needs import ReceiveNeed
from matching.app.publish_offers import PublishOffer
from matching.app.queries import FindMatches, SeenMatch, SeenPlan
from matching.bootstrap import build_application
from matching.domain.identity import NeedId, OfferId, PartyId, PoolId
from matching.domain.offer import Offer, Supply
from matching.entrypoints.events import reactions
from matching.settings import Settings
from testing.api import ANSHAN_POOL, DALIAN_POOL, STREET, small_tree
from testing.reactions import react

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from pydantic import SecretStr

    from common.messaging.event import Event
    from matching.app.plan_pool import Planning
    from matching.app.planning_ports import Epoch
    from matching.domain.match import Match
    from matching.domain.need import Line
    from matching.domain.party import Party

EVERYWHERE = Scope(sub="admin", is_everywhere=True)
DALIAN = PoolId(DALIAN_POOL)
ANSHAN = PoolId(ANSHAN_POOL)


class SetClock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    frame: Frame
    app: Application
    clock: SetClock
    settings: Settings

    def another_process(self) -> Desk:
        """Return the same service with another member, as a second process would be."""
        return replace(self, app=build_application(self.frame, self.settings))

    async def party(self, name: str = "party", **changes: object) -> PartyId:
        party: Party = a_party(name, **changes)
        await self.app.remember_party(party)
        return party.id

    async def offer(
        self,
        name: str = "offer",
        *,
        party: str = "party",
        metres: float = 200,
        area: str = STREET,
        society: Society = Society.SOCIAL_WORKER,
        **supply: object,
    ) -> Offer:
        await self.party(party, society=society)
        values: dict[str, Any] = {
            "party_id": PartyId(named(party)),
            "service": ServiceCode.COUNSELLING,
            "capacity": 20,
            "unit": Unit.PERSON_TIME,
            "reach_metres": 5_000,
            "valid_until": self.clock.at + timedelta(days=60),
            "title": "心理疏导",
        }
        command = PublishOffer(
            offer_id=OfferId(named(name)),
            supply=Supply(**(values | supply)),
            area=AreaRef(AreaScheme.NBS, area),
            point=metres_north(metres),
        )
        published = await self.app.publish_offer(command, EVERYWHERE)
        await self.app.mark_pool(published.thing.site.pool_id)
        return published.thing

    async def need(
        self, name: str = "need", *lines: Line, point: Position | None = GATE, **changes: object
    ) -> NeedId:
        values: dict[str, Any] = {
            "need_id": NeedId(named(name)),
            "pool_id": DALIAN,
            "area": AreaRef(AreaScheme.NBS, STREET),
            "point": point,
            "beneficiary": Beneficiary.GROUP,
            "persons": 40,
            "urgency": 3,
            "lines": lines or (a_line(f"{name} line"),),
            "submitted_at": self.clock.at,
        }
        command = ReceiveNeed(**(values | changes))
        await self.app.receive_needs([command])
        return command.need_id

    async def own(self, pool_id: PoolId = DALIAN) -> Epoch:
        (epoch,) = await self.app.own_partitions([self.app.partition_of(pool_id)])
        return epoch

    async def plan(self, pool_id: PoolId = DALIAN) -> Planning:
        return await self.app.plan_pool(pool_id, await self.own(pool_id))

    async def approve(self, need_id: NeedId) -> SeenPlan:
        return await self.app.approve_plan(ApprovePlan(need_id=need_id), EVERYWHERE)

    async def asked(self, need_id: NeedId) -> list[Match]:
        await self.plan()
        approved = await self.approve(need_id)
        return [part.seen.match for part in approved.parts if part.seen is not None]

    async def accept(self, match: Match) -> Match:
        seen = await self.app.accept_match(AcceptMatch(match_id=match.id), EVERYWHERE)
        return seen.match

    async def matches(self, need_id: NeedId | None = None) -> list[SeenMatch]:
        query = FindMatches(window=Window(limit=200), need_id=need_id)
        return list((await self.app.find_matches(query, EVERYWHERE)).items)

    async def states(self, need_id: NeedId | None = None) -> list[MatchState]:
        return sorted(seen.match.state for seen in await self.matches(need_id))

    async def find_plan(self, need_id: NeedId) -> SeenPlan:
        return await self.app.find_plan(need_id, EVERYWHERE)

    async def find_offer(self, offer: Offer) -> Offer:
        return (await self.app.find_offer(offer.id, EVERYWHERE)).offer

    async def find_offer_by(self, offer_id: OfferId) -> Offer:
        return (await self.app.find_offer(offer_id, EVERYWHERE)).offer

    async def rows(self, statement: str, **values: object) -> Sequence[Any]:
        async with self.frame.unit_of_work.transaction() as session:
            return (await (await session.connection()).execute(text(statement), values)).all()

    async def told(self, *, about: str = "") -> list[str]:
        """Return the types of staged events, in the order in which they were staged."""
        staged = await self.rows("select type from outbox order by seq")
        return [row.type for row in staged if row.type.startswith(about)]

    async def is_dirty(self, pool_id: PoolId = DALIAN) -> bool:
        partitions = [self.app.partition_of(pool_id)]
        return pool_id in await self.app.dirty_pools(partitions)


def settings_on(url: SecretStr) -> Settings:
    """Return the settings of a process that hears of nothing but its database."""
    return Settings(
        database_url=url,
        database_pool=30,
        kafka_bootstrap="localhost:9",
        oidc_issuer="https://issuer.test",
        oidc_jwks="nowhere.json",
    )


@asynccontextmanager
async def desk_on(url: SecretStr) -> AsyncGenerator[Desk]:
    settings = settings_on(url)
    clock = SetClock()
    frame = build_frame("matching", settings, clock=clock)
    try:
        async with frame.unit_of_work.transaction() as session:
            await replace_areas(session, AreaScheme.NBS.value, uuid4(), small_tree())
        yield Desk(frame, build_application(frame, settings), clock, settings)
    finally:
        await frame.close()


def org_of(party_id: UUID) -> Scope:
    return Scope(sub="partner", orgs=frozenset({party_id}))


async def tell(desk: Desk, event: Event, *, version: int = 1) -> None:
    """Hand an event to its reactions in one transaction, as the consumer does."""
    envelope: Envelope[Any] = Envelope(
        id=named("event"),
        source="urn:wushe:test",
        type=event.name,
        subject=event.subject,
        version=version,
        time=NOW,
        partition_key=str(DALIAN),
        data=event,
    )
    async with desk.frame.unit_of_work.transaction() as session:
        await react(reactions(desk.app), envelope, session)
