"""Every route, every role, and where the caller stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from matching_builders import a_line, named
from matching_desk import EVERYWHERE
from sqlalchemy import text

from common.clock import CHINA
from common.places import AreaRef
from common.vocabulary import AreaScheme, ServiceCode
from matching.app.allot_offers import GrantAllotment
from matching.app.keep_policies import DraftPolicy
from matching.app.schedule_offers import PutCalendar
from matching.app.try_policy import TryPolicy
from matching.domain.calendar import Calendar, Period, PerPeriod
from matching.domain.identity import AllotmentId, NeedId, PartyId
from testing.api import STREET
from testing.matrix import BY_WHOM, THING_ORG, Arrange, Ask, Sort, try_matrix
from testing.unchecked import try_unchecked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from matching_desk import Desk

    from matching.domain.match import Match
    from matching.domain.offer import Offer
    from testing.api import Api

V1 = "/matching/v1"
_STREET = AreaRef(AreaScheme.NBS, STREET)
CALENDAR = {"weekly": [{"weekday": "sat", "begins": "09:00", "ends": "11:00", "seats": 10}]}


class Things:
    """A need with an asked match on an offer; what a cell decides is undone for the next."""

    def __init__(
        self, desk: Desk, offer: Offer, need: NeedId, match: Match, *, policy: int, what_if: UUID
    ) -> None:
        self.desk, self.offer, self.need, self.match = desk, offer, need, match
        self.policy = policy
        self.allotment: UUID | None = None
        self.what_if = what_if

    @classmethod
    async def arranged(cls, desk: Desk) -> Things:
        offer = await desk.offer("offer", party_id=PartyId(THING_ORG), party="other")
        room = await desk.offer("scheduled", party_id=PartyId(THING_ORG), party="other")
        hours = Calendar(per_period=PerPeriod(Period.WEEK, 10))
        await desk.app.put_calendar(PutCalendar(offer_id=room.id, calendar=hours), EVERYWHERE)
        granted = await desk.app.grant_allotment(_a_grant(offer), EVERYWHERE)
        need = await desk.need("need", a_line("line"))
        (match,) = await desk.asked(need)
        await desk.need("lawyer", a_line("lawyer", service=ServiceCode.LEGAL_ADVICE))
        await desk.app.count_shortages()
        draft = DraftPolicy(area=_STREET, title="先进街道")
        policy = await desk.app.draft_policy(draft, EVERYWHERE)
        at = match.proposed_at
        tried = TryPolicy(version=1, area=_STREET, since=at - timedelta(days=1), until=at)
        what_if = await desk.app.try_policy(tried, EVERYWHERE)
        made = cls(desk, offer, need, match, policy=policy.version, what_if=what_if.id)
        made.allotment = granted.allotment.id
        return made

    async def reset(self, *more: str) -> None:
        async with self.desk.frame.unit_of_work.transaction() as session:
            connection = await session.connection()
            for statement in (
                "delete from refusal",
                "delete from service_hours",
                "delete from no_show",
                "delete from feedback",
                "update match set state = 'asked', reason = null",
                (
                    "update offer set withdrawn_at = null, held = 0, allotted = 0,"
                    " moderation = 'approved'"
                ),
                "update allotment set recalled_at = null",
                "update party set is_station = false where is_station",
                "update need_line set approved_at = null",
                (
                    "update policy_document set (activated_at, activated_by, effective_from) ="
                    " (null, null, null)"
                ),
                *more,
            ):
                await connection.execute(text(statement))

    @property
    def today(self) -> date:
        return self.match.proposed_at.astimezone(CHINA).date()

    def requests(self) -> Mapping[str, Arrange]:
        need, match = f"{V1}/needs/{self.need}", f"{V1}/matches/{self.match.id}"
        offer = f"{V1}/offers/{self.offer.id}"
        scheduled = f"{V1}/offers/{named('scheduled')}"
        policies = f"{V1}/policies"
        since, until = (
            (self.match.proposed_at + timedelta(days=days)).isoformat() for days in (-1, 0)
        )
        period = urlencode({"since": since, "until": datetime.now(UTC).isoformat()})
        to_try = {"area": STREET, "since": since, "until": until}
        draft = {"area": STREET, "title": "另一版"}
        refusal = {"party_id": str(named("other")), "reason": "no_time", "said_on": "2026-03-02"}
        return {
            f"POST {V1}/offers": self.existing_or_new(f"{V1}/offers", self.offer_body()),
            f"POST {V1}/offers/batch": self.listed(
                f"{V1}/offers/batch", '"status":201', {"offers": [self.offer_body()]}
            ),
            f"GET {V1}/offers": self.listed(f"{V1}/offers?limit=200", str(self.offer.id)),
            f"GET {V1}/offers/{{offer_id}}": self.existing(offer),
            f"POST {V1}/offers/{{offer_id}}/withdrawal": self.existing(f"{offer}/withdrawal"),
            f"POST {V1}/offers/{{offer_id}}/confirmation": self.existing(f"{offer}/confirmation"),
            f"POST {V1}/offers/{{offer_id}}/approval": self.pending(f"{offer}/approval"),
            f"POST {V1}/offers/{{offer_id}}/refusal": self.pending(
                f"{offer}/refusal", {"reason": "incomplete"}
            ),
            f"PUT {V1}/offers/{{offer_id}}/calendar": self.existing(
                f"{scheduled}/calendar", CALENDAR
            ),
            f"GET {V1}/offers/{{offer_id}}/calendar": self.existing(f"{scheduled}/calendar"),
            f"GET {V1}/offers/{{offer_id}}/sessions": self.existing(f"{scheduled}/sessions"),
            f"POST {V1}/offers/{{offer_id}}/allotments": self.existing(
                f"{offer}/allotments", self.grant_body()
            ),
            f"GET {V1}/offers/{{offer_id}}/allotments": self.existing(f"{offer}/allotments"),
            f"POST {V1}/offers/{{offer_id}}/allotments/{{allotment_id}}/return": self.existing(
                f"{offer}/allotments/{self.allotment}/return"
            ),
            f"GET {V1}/offers/{{offer_id}}/usage": self.existing(f"{offer}/usage"),
            f"GET {V1}/needs": self.listed(f"{V1}/needs", str(self.need)),
            f"GET {V1}/needs/{{need_id}}/plan": self.existing(f"{need}/plan"),
            f"POST {V1}/needs/{{need_id}}/plan/approval": self.existing(
                f"{need}/plan/approval", {}
            ),
            f"POST {V1}/needs/{{need_id}}/refusals": self.existing(f"{need}/refusals", refusal),
            f"GET {V1}/needs/{{need_id}}/explain": self.existing(
                f"{need}/explain?offer={self.offer.id}"
            ),
            f"GET {V1}/needs/{{need_id}}/candidates": self.existing(f"{need}/candidates"),
            f"POST {V1}/matches/{{match_id}}/replay": self.existing(f"{match}/replay"),
            f"GET {V1}/fairness": self.listed(f"{V1}/fairness?{period}", '"210213"'),
            f"POST {policies}/{{version}}/what-if": self.existing_or_new(
                f"{policies}/1/what-if", to_try
            ),
            f"GET {V1}/what_ifs/{{what_if_id}}": self.existing(f"{V1}/what_ifs/{self.what_if}"),
            f"GET {V1}/shortages": self.listed(f"{V1}/shortages", "legal_advice"),
            f"POST {policies}": self.existing_or_new(policies, draft),
            f"GET {policies}": self.existing(policies),
            f"GET {policies}/in_force": self.existing(f"{policies}/in_force?area={STREET}"),
            f"GET {policies}/{{version}}": self.existing(f"{policies}/{self.policy}"),
            f"POST {policies}/{{version}}/activation": self.existing(
                f"{policies}/{self.policy}/activation", {}
            ),
            f"GET {V1}/matches": self.listed(f"{V1}/matches", str(self.match.id)),
            f"GET {V1}/matches/{{match_id}}": self.existing(match),
            f"POST {V1}/matches/{{match_id}}/acceptance": self.of_station(f"{match}/acceptance"),
            f"GET {V1}/matches/{{match_id}}/hours": self.existing(f"{match}/hours"),
            f"PUT {V1}/matches/{{match_id}}/hours/{{served_on}}/given": self.served(
                f"{match}/hours/{self.today}/given", {"minutes": 90}
            ),
            f"PUT {V1}/matches/{{match_id}}/hours/{{served_on}}/received": self.served(
                f"{match}/hours/{self.today}/received", {"minutes": 90}
            ),
            f"POST {V1}/matches/{{match_id}}/withdrawal": self.accepted(
                f"{match}/withdrawal", {"reason": "other"}
            ),
            f"PUT {V1}/matches/{{match_id}}/no_shows/{{missed_on}}/given": self.accepted(
                f"{match}/no_shows/{self.today}/given", {"absent": "giver"}
            ),
            f"PUT {V1}/matches/{{match_id}}/no_shows/{{missed_on}}/received": self.accepted(
                f"{match}/no_shows/{self.today}/received", {"absent": "giver"}
            ),
            f"PUT {V1}/matches/{{match_id}}/feedback/given": self.accepted(
                f"{match}/feedback/given", {"rating": 3}
            ),
            f"PUT {V1}/matches/{{match_id}}/feedback/received": self.accepted(
                f"{match}/feedback/received", {"rating": 3}
            ),
            f"GET {V1}/matches/{{match_id}}/outcome": self.existing(f"{match}/outcome"),
            f"GET {V1}/parties/{{party_id}}/reliability": self.existing(
                f"{V1}/parties/{THING_ORG}/reliability"
            ),
            f"GET {V1}/proposals/stream": self.arrange(
                Ask(path=f"{V1}/proposals/stream", sort=Sort.STREAM, mentions=str(self.match.id))
            ),
            f"POST {V1}/matches/{{match_id}}/decline": self.of_station(
                f"{match}/decline", {"reason": "other"}
            ),
        }

    def existing(self, path: str, body: object = None) -> Arrange:
        return self.arrange(Ask(path=path, sort=Sort.EXISTING, json=body))

    def of_station(self, path: str, body: object = None) -> Arrange:
        # A worker of the area answers for a station, as a partner does for its organisation.
        ask = Ask(path=path, sort=Sort.EXISTING, json=body)
        return self.arrange(ask, then="update party set is_station = true")

    def pending(self, path: str, body: object = None) -> Arrange:
        async def arranged(_: Api) -> Ask:
            await self.reset("update offer set moderation = 'pending'")
            return Ask(path=path, sort=Sort.EXISTING, json=body)

        return arranged

    def existing_or_new(self, path: str, body: object) -> Arrange:
        return self.arrange(Ask(path=path, sort=Sort.CREATION, json=body))

    def accepted(self, path: str, body: object) -> Arrange:
        ask = Ask(path=path, sort=Sort.EXISTING, json=body)
        held = "with held as (update match set state = 'accepted') update offer set held = capacity"
        return self.arrange(ask, then=held)

    def served(self, path: str, body: object = None) -> Arrange:
        ask = Ask(path=path, sort=Sort.EXISTING, json=body)
        return self.arrange(ask, then="update match set state = 'fulfilled', society = 'volunteer'")

    def listed(self, path: str, mentions: str, body: object = None) -> Arrange:
        # A batch is answered item by item, so it is judged like a list.
        return self.arrange(Ask(path=path, sort=Sort.LISTING, json=body, mentions=mentions))

    def arrange(self, ask: Ask, *, then: str = "select") -> Arrange:
        async def arranged(_: Api) -> Ask:
            await self.reset()
            async with self.desk.frame.unit_of_work.transaction() as session:
                await (await session.connection()).execute(text(then))
            return ask

        return arranged

    def grant_body(self) -> dict[str, object]:
        until = self.offer.supply.valid_until.isoformat()
        return {"scheme": "nbs", "area": "2103", "quantity": 1, "until": until}

    def offer_body(self) -> dict[str, object]:
        supply = self.offer.supply
        return {
            "party_id": str(THING_ORG),
            "service": supply.service.value,
            "capacity": 1,
            "unit": supply.unit.value,
            "scheme": "nbs",
            "area": self.offer.site.area.code,
            "place": {"longitude": 121.7, "latitude": 39.0},
            "reach_metres": 1,
            "valid_until": supply.valid_until.isoformat(),
            "title": "再来一份",
        }


@pytest.fixture
async def things(desk: Desk) -> Things:
    await desk.app.remember_party(_the_party())
    return await Things.arranged(desk)


def _a_grant(offer: Offer) -> GrantAllotment:
    return GrantAllotment(
        allotment_id=AllotmentId(named("allotment")),
        offer_id=offer.id,
        area=AreaRef(AreaScheme.NBS, "2103"),
        quantity=1,
        until=offer.supply.valid_until,
    )


def _the_party() -> object:
    from matching_builders import a_party  # noqa: PLC0415

    return a_party("thing", id=PartyId(THING_ORG))


@BY_WHOM
async def test_every_role_reaches_just_as_far_as_the_table_says(
    client: Api, things: Things, *, is_whole: bool
) -> None:
    tried = await try_matrix(client, things.requests(), is_whole=is_whole)

    assert tried.failures == []
    print(f"{tried.cells} cells of matching")  # noqa: T201  # The figure that SECURITY.md tells.


async def test_s4_the_database_alone_keeps_what_is_foreign(client: Api, things: Things) -> None:

    tried = await try_unchecked(client, things.requests())

    assert tried.failures == []
    assert tried.cells > 100
