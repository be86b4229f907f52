"""Parties on a real database."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from common.grants import Scope
from common.paging import Window
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society
from registry.adapters.postgres.parties import PostgresParties
from registry.app.ports.parties import PartyFilter
from registry.app.register_parties import RegisterParty
from registry.bootstrap import build_application
from registry.domain.errors.parties import (
    PartyChangedMeanwhile,
    PartyIdTaken,
    PartyNotFound,
    PersonNeedsPublicNumber,
)
from registry.domain.party import Party, PartyFact, PartyId, register_party
from registry.domain.standing import SuspensionReason

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from common.change import Change
    from common.frame import Frame

    Staged = Callable[[], Awaitable[list[tuple[str, str, int]]]]

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
EVERYWHERE = Scope(sub="admin", is_everywhere=True)
XIANJIN = AreaRef(AreaScheme.NBS, "210213009")
TEAM = "先进街道周末陪伴志愿服务队"


@pytest.fixture
def parties(frame: Frame) -> PostgresParties:
    return PostgresParties(frame.unit_of_work, frame.outbox, frame.areas)


async def a_registration(frame: Frame, code: str = XIANJIN.code) -> Change[Party, PartyFact]:
    return register_party(
        PartyId(uuid4()),
        society=Society.VOLUNTEER,
        public_name=TEAM,
        is_person=False,
        area=await frame.areas.find(AreaRef(AreaScheme.NBS, code)),
        at=frame.clock.now(),
    )


def a_command(**other: object) -> RegisterParty:
    members: dict[str, object] = {
        "id": uuid4(),
        "society": Society.VOLUNTEER,
        "public_name": TEAM,
        "is_person": False,
        "area": XIANJIN,
    }
    return RegisterParty(**{**members, **other})  # type: ignore[arg-type]


async def test_what_is_stored_is_what_comes_back(frame: Frame, parties: PostgresParties) -> None:
    registered = await a_registration(frame)
    await parties.add_all([registered])
    vetted = registered.state.vet(
        vetted_on=date(2026, 2, 1), valid_until=date(2027, 1, 31), at=frame.clock.now()
    )
    await parties.save(vetted)
    suspended = vetted.state.suspend(
        suspended_on=date(2026, 3, 1), reason=SuspensionReason.OWN_WISH, at=frame.clock.now()
    )
    await parties.save(suspended)

    assert await parties.get(suspended.state.id) == suspended.state


async def test_each_fact_is_told_once_with_its_version(
    frame: Frame, parties: PostgresParties, staged: Staged
) -> None:
    registered = await a_registration(frame)
    await parties.add_all([registered])
    vetted = registered.state.vet(
        vetted_on=date(2026, 2, 1), valid_until=date(2027, 1, 31), at=frame.clock.now()
    )
    await parties.save(vetted)
    await parties.save(
        vetted.state.suspend(
            suspended_on=date(2026, 3, 1), reason=SuspensionReason.OTHER, at=frame.clock.now()
        )
    )

    subject = str(registered.state.id)
    assert await staged() == [
        ("registry.party.registered.v1", subject, 1),
        ("registry.party.vetted.v1", subject, 2),
        ("registry.party.suspended.v1", subject, 3),
    ]


async def test_of_two_rival_changes_one_wins(
    frame: Frame, parties: PostgresParties, staged: Staged
) -> None:
    registered = await a_registration(frame)
    await parties.add_all([registered])
    vetted = registered.state.vet(
        vetted_on=date(2026, 2, 1), valid_until=date(2027, 1, 31), at=frame.clock.now()
    )
    suspended = registered.state.suspend(
        suspended_on=date(2026, 3, 1), reason=SuspensionReason.COMPLAINT, at=frame.clock.now()
    )

    outcomes = await asyncio.gather(
        parties.save(vetted), parties.save(suspended), return_exceptions=True
    )

    assert [type(refusal) for refusal in outcomes if refusal] == [PartyChangedMeanwhile]
    assert len(await staged()) == 2


async def test_an_unknown_party_is_not_found(parties: PostgresParties) -> None:
    with pytest.raises(PartyNotFound):
        await parties.get(PartyId(UUID(int=1)))


async def test_a_partner_sees_its_own_party_wherever_it_is(
    frame: Frame, parties: PostgresParties
) -> None:
    own, other = await a_registration(frame), await a_registration(frame, "210204008")
    await parties.add_all([own, other])

    async def seen_by(scope: Scope) -> set[UUID]:
        found = await parties.page(PartyFilter(), scope, Window(limit=10))
        return {party.id for party in found.items}

    assert await seen_by(Scope(sub="p", orgs=frozenset({own.state.id}))) == {own.state.id}
    county = frozenset({AreaRef(AreaScheme.NBS, "210204")})
    assert await seen_by(Scope(sub="s", areas=county)) == {other.state.id}
    assert await seen_by(EVERYWHERE) == {own.state.id, other.state.id}


async def test_filters_add_up(frame: Frame, parties: PostgresParties) -> None:
    here, elsewhere = await a_registration(frame), await a_registration(frame, "210204008")
    await parties.add_all([here, elsewhere])

    async def found(wanted: PartyFilter) -> set[UUID]:
        page = await parties.page(wanted, EVERYWHERE, Window(limit=10))
        return {party.id for party in page.items}

    both = {here.state.id, elsewhere.state.id}
    assert await found(PartyFilter(society=Society.VOLUNTEER)) == both
    assert await found(PartyFilter(within=XIANJIN)) == {here.state.id}
    assert await found(PartyFilter(society=Society.COMMUNITY, within=XIANJIN)) == set()
    assert await found(PartyFilter(scheme=AreaScheme.MCA)) == set()


async def test_a_repeated_registration_finds_what_it_made_before(
    frame: Frame, parties: PostgresParties, staged: Staged
) -> None:
    app, command = build_application(frame), a_command()
    first = await app.register_party(command, EVERYWHERE)
    vetted = first.thing.vet(
        vetted_on=date(2026, 2, 1), valid_until=date(2027, 1, 31), at=frame.clock.now()
    )
    await parties.save(vetted)

    again = await app.register_party(command, EVERYWHERE)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.thing == vetted.state
    assert len(await staged()) == 2


async def test_rival_registrations_under_one_id_make_one_party(
    frame: Frame, staged: Staged
) -> None:
    app, command = build_application(frame), a_command()

    made = await asyncio.gather(*(app.register_party(command, EVERYWHERE) for _ in range(5)))

    assert sorted(outcome.is_new for outcome in made) == [False] * 4 + [True]
    assert len([event for event in await staged() if event[1] == str(command.id)]) == 1


async def test_what_is_wrong_with_one_item_stops_none_of_the_others(frame: Frame) -> None:
    app, taken = build_application(frame), a_command()
    await app.register_party(taken, EVERYWHERE)
    twice = a_command()
    commands = [
        a_command(),
        a_command(public_name="张三", is_person=True),
        a_command(id=taken.id, public_name="另一支队伍"),
        twice,
        twice,
        a_command(),
    ]

    outcomes = await app.register_parties(commands, EVERYWHERE)

    assert [
        type(outcome) if isinstance(outcome, Exception) else outcome.is_new for outcome in outcomes
    ] == [True, PersonNeedsPublicNumber, PartyIdTaken, True, False, True]
