"""What other services tell, as it arrives: each event reaches the ability that it is for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import GATE, NOW, named
from matching_desk import DALIAN, Desk, tell

from common.contracts.cases import (
    LineAsked,
    NeedClosed,
    NeedSubmitted,
    NeedWithdrawn,
    Point,
    ServiceRecorded,
)
from common.contracts.matching import MatchAccepted, MatchProposed, PoolDisturbed
from common.contracts.registry import (
    PartyApproved,
    PartyMerged,
    PartyRegistered,
    PartySuspended,
    PartyVetted,
    PlaceCode,
)
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    LineKind,
    MatchState,
    PartyStanding,
    ServiceCode,
    ServicePath,
    Society,
    Unit,
)
from matching.app.territory import PlaceNotKnownYet
from matching.domain.errors import MatchNotKnown, NeedNotKnown, PartyNotKnown
from matching.domain.identity import NeedId
from matching.entrypoints.events import reactions
from testing.api import STREET

if TYPE_CHECKING:
    from uuid import UUID

PLACE = PlaceCode(scheme=AreaScheme.NBS, code=STREET)


def submitted(**changes: object) -> NeedSubmitted:
    values: dict[str, Any] = {
        "need_id": named("need"),
        "pool_id": DALIAN,
        "place": PLACE,
        "point": Point(longitude=GATE.longitude, latitude=GATE.latitude),
        "beneficiary": Beneficiary.GROUP,
        "persons": 10,
        "urgency": 3,
        "lines": (
            LineAsked(
                line_id=named("line"),
                kind=LineKind.SERVICE,
                service=ServiceCode.COUNSELLING,
                quantity=10,
                unit=Unit.PERSON_TIME,
            ),
        ),
        "submitted_at": NOW,
    }
    return NeedSubmitted(**(values | changes))


def recorded(match_id: UUID, **changes: object) -> ServiceRecorded:
    values: dict[str, Any] = {
        "record_id": named("record"),
        "need_id": named("need"),
        "line_id": named("line"),
        "match_id": match_id,
        "pool_id": DALIAN,
        "place": PLACE,
        "path": ServicePath.PROFESSIONAL,
        "society": Society.SOCIAL_WORKER,
        "quantity": 10,
        "unit": Unit.PERSON_TIME,
        "persons": 10,
        "person_times": 10,
        "sessions": 1,
        "started_at": NOW,
        "ended_at": NOW,
        "recorded_at": NOW,
    }
    return ServiceRecorded(**(values | changes))


async def registered(desk: Desk, **more: PartyStanding) -> UUID:
    party_id = named("party")
    await tell(
        desk,
        PartyRegistered(
            party_id=party_id,
            society=Society.VOLUNTEER,
            public_name="志愿队",
            place=PLACE,
            **more,
        ),
    )
    return party_id


async def test_a_submitted_need_waits_for_its_plan_under_the_pool_it_was_given(desk: Desk) -> None:
    await tell(desk, submitted())

    assert await desk.is_dirty()
    await desk.plan()
    found = await desk.find_plan(NeedId(named("need")))
    assert found.need.site.pool_id == DALIAN
    assert found.need.site.township is not None
    assert found.need.site.township.code == STREET


async def test_a_need_in_a_village_knows_its_township(desk: Desk) -> None:
    village = PlaceCode(scheme=AreaScheme.NBS, code="210213009001")

    await tell(desk, submitted(place=village, point=None))

    site = (await desk.find_plan(NeedId(named("need")))).need.site
    assert site.township is not None
    assert site.county is not None
    assert (site.area.code, site.township.code, site.county.code) == (
        "210213009001",
        STREET,
        "210213",
    )


async def test_a_need_told_twice_is_one(desk: Desk) -> None:
    await tell(desk, submitted())
    await tell(desk, submitted())

    assert len(await desk.rows("select 1 from need_line")) == 1


async def test_a_need_of_an_area_that_is_not_known_yet_waits_for_the_list(desk: Desk) -> None:
    unknown = PlaceCode(scheme=AreaScheme.NBS, code="370103001")

    with pytest.raises(PlaceNotKnownYet):
        await tell(desk, submitted(place=unknown))


@pytest.mark.parametrize("closing", [True, False])
async def test_the_end_of_a_need_ends_what_was_asked(desk: Desk, closing: bool) -> None:  # noqa: FBT001
    await desk.offer()
    await tell(desk, submitted())
    await desk.asked(NeedId(named("need")))
    ending = (
        NeedClosed(need_id=named("need"), pool_id=DALIAN, is_met=False, closed_at=NOW)
        if closing
        else NeedWithdrawn(need_id=named("need"), pool_id=DALIAN, withdrawn_at=NOW)
    )

    await tell(desk, ending)

    assert await desk.states() == [MatchState.WITHDRAWN]


async def test_the_end_of_a_need_that_is_not_known_yet_waits_for_it(desk: Desk) -> None:
    with pytest.raises(NeedNotKnown):
        await tell(desk, NeedWithdrawn(need_id=named("need"), pool_id=DALIAN, withdrawn_at=NOW))


async def test_a_recorded_service_fulfils_its_match(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await desk.accept(asked)

    await tell(desk, recorded(asked.id))

    assert await desk.states() == [MatchState.FULFILLED]


async def test_a_record_in_another_unit_only_shows_that_service_has_begun(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await desk.accept(asked)

    await tell(desk, recorded(asked.id, unit=Unit.HOUR))

    (seen,) = await desk.matches()
    assert (seen.match.state, seen.match.delivered) == (MatchState.IN_SERVICE, 0)


async def test_a_record_of_a_match_that_is_not_known_yet_waits_for_it(desk: Desk) -> None:
    with pytest.raises(MatchNotKnown):
        await tell(desk, recorded(named("nobody")))


async def test_a_registered_party_may_offer_and_its_vetting_and_suspension_are_kept(
    desk: Desk,
) -> None:
    party_id = await registered(desk)
    await tell(
        desk,
        PartyVetted(party_id=party_id, vetted_on=date(2026, 1, 1), valid_until=date(2026, 12, 31)),
    )
    await tell(desk, PartySuspended(party_id=party_id, suspended_on=date(2026, 2, 1)))

    (kept,) = await desk.rows("select * from party")

    assert (kept.society, kept.public_name) == ("volunteer", "志愿队")
    assert (kept.vetted_until, kept.suspended_on) == (date(2026, 12, 31), date(2026, 2, 1))


async def test_an_approval_lifts_a_suspension_and_wakes_whoever_plans(desk: Desk) -> None:
    party_id = await registered(desk)
    await tell(desk, PartySuspended(party_id=party_id, suspended_on=date(2026, 2, 1)))

    await tell(desk, PartyApproved(party_id=party_id, approved_on=date(2026, 2, 20)))

    (kept,) = await desk.rows("select * from party")
    assert (kept.suspended_on, kept.is_approved) == (None, True)


async def test_a_party_that_was_only_invited_may_not_be_matched_before_it_is_approved(
    desk: Desk,
) -> None:
    party_id = await registered(desk, standing=PartyStanding.INVITED)
    (invited,) = await desk.rows("select * from party")
    await tell(desk, PartyApproved(party_id=party_id, approved_on=date(2026, 2, 20)))
    (approved,) = await desk.rows("select * from party")

    assert (invited.is_approved, approved.is_approved) == (False, True)


async def test_a_party_that_lives_on_as_another_may_not_be_matched(desk: Desk) -> None:
    party_id = await registered(desk)

    told = PartyMerged(
        party_id=party_id, survivor_id=named("survivor"), merged_on=date(2026, 2, 20)
    )
    await tell(desk, told)

    (kept,) = await desk.rows("select * from party")
    assert kept.suspended_on == date(2026, 2, 20)


async def test_a_vetting_of_a_party_that_is_not_known_yet_waits_for_it(desk: Desk) -> None:
    with pytest.raises(PartyNotKnown):
        await tell(
            desk,
            PartyVetted(
                party_id=named("party"), vetted_on=date(2026, 1, 1), valid_until=date(2026, 2, 1)
            ),
        )


async def test_decisions_mark_the_pool_and_a_plan_s_own_events_do_not(desk: Desk) -> None:
    about = {
        "match_id": named("match"),
        "need_id": named("need"),
        "line_id": named("line"),
        "offer_id": named("offer"),
        "party_id": named("party"),
        "pool_id": DALIAN,
    }

    assert not reactions(desk.app).of(MatchProposed)
    await tell(desk, MatchAccepted(**about, accepted_at=NOW))
    await tell(desk, PoolDisturbed(pool_id=DALIAN, disturbed_at=NOW))

    (pool,) = await desk.rows("select * from pool where id = :id", id=DALIAN)
    assert pool.wanted_sequence == 2
