"""Small builders: what does not matter comes from here, what matters stands in the test."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from common.places import AreaRef, Position
from common.vocabulary import (
    KIND_OF_SERVICE,
    AreaScheme,
    Beneficiary,
    MatchState,
    ServiceCode,
    Society,
    Unit,
    Weekday,
)
from matching.domain.identity import (
    LineId,
    MatchId,
    NeedId,
    OfferId,
    PartyId,
    PoolId,
    SessionId,
)
from matching.domain.match import Grounds, Match, Pairing
from matching.domain.need import Line, Need
from matching.domain.offer import Offer, Supply
from matching.domain.party import Party
from matching.domain.planning import Draft, draft
from matching.domain.policy import POLICY
from matching.domain.pool import Pool
from matching.domain.session import Opening
from matching.domain.site import Site
from matching.domain.standing import NEVER_PLANNED, Standing
from matching.domain.worth import Term, Worth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
NAMES = UUID("5b9c7d1e-8f3a-4c2b-9d6e-0a1b2c3d4e5f")
POOL = PoolId(UUID(int=2102))
ELSEWHERE = PoolId(UUID(int=2103))
TOWNSHIP = AreaRef(AreaScheme.NBS, "210213009")
NEXT_TOWNSHIP = AreaRef(AreaScheme.NBS, "210213008")
PREFECTURE = AreaRef(AreaScheme.NBS, "2102")
COUNTY = AreaRef(AreaScheme.NBS, "210213")
OTHER_COUNTY = AreaRef(AreaScheme.NBS, "210204")
GATE = Position(longitude=121.72, latitude=39.06)
METRES_PER_DEGREE_OF_LATITUDE = 111_195.08


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


_numbers = count(1)


def ids() -> Callable[[], UUID]:
    return lambda: UUID(int=next(_numbers))


def metres_north(metres: float) -> Position:
    return Position(
        longitude=GATE.longitude, latitude=GATE.latitude + metres / METRES_PER_DEGREE_OF_LATITUDE
    )


def a_site(**changes: object) -> Site:
    values: dict[str, Any] = {
        "area": TOWNSHIP,
        "pool_id": POOL,
        "township": TOWNSHIP,
        "county": COUNTY,
        "prefecture": PREFECTURE,
        "point": GATE,
    }
    return Site(**(values | changes))


def a_line(name: str = "line", **changes: object) -> Line:
    service = changes.get("service", ServiceCode.COUNSELLING)
    values: dict[str, Any] = {
        "id": LineId(named(name)),
        "kind": KIND_OF_SERVICE[service],
        "service": service,
        "quantity": 10,
        "unit": Unit.PERSON_TIME,
    }
    return Line(**(values | changes))


def a_need(name: str = "need", *lines: Line, **changes: object) -> Need:
    values: dict[str, Any] = {
        "id": NeedId(named(name)),
        "site": a_site(),
        "beneficiary": Beneficiary.GROUP,
        "persons": 40,
        "urgency": 3,
        "submitted_at": NOW,
        "lines": lines or (a_line(),),
    }
    return Need(**(values | changes))


def a_party(name: str = "party", **changes: object) -> Party:
    values: dict[str, Any] = {
        "id": PartyId(named(name)),
        "society": Society.SOCIAL_WORKER,
        "public_name": "先进街道社工站",
        "area": TOWNSHIP,
        "vetted_until": date(2027, 1, 1),
    }
    return Party(**(values | changes))


SUPPLY = (
    "service",
    "capacity",
    "unit",
    "reach_metres",
    "valid_until",
    "title",
    "weekdays",
    "scope",
    "earmark",
    "lots",
)


def an_offer(name: str = "offer", *, party: str = "party", **changes: object) -> Offer:
    supply: dict[str, Any] = {
        "party_id": PartyId(named(party)),
        "service": ServiceCode.COUNSELLING,
        "capacity": 20,
        "unit": Unit.PERSON_TIME,
        "reach_metres": 5_000,
        "valid_until": NOW + timedelta(days=60),
        "title": "心理疏导",
    }
    supply |= {key: changes.pop(key) for key in SUPPLY if key in changes}
    values: dict[str, Any] = {
        "lots_held": (0,) * len(supply.get("lots", ())),
        "id": OfferId(named(name)),
        "version": 1,
        "revision": 1,
        "supply": Supply(**supply),
        "society": Society.SOCIAL_WORKER,
        "site": a_site(point=metres_north(200)),
        "held": 0,
        "published_at": NOW,
    }
    return Offer(**(values | changes))


def an_opening(name: str, free: int, *, starts: float = 1, **changes: object) -> Opening:
    """Return a session of two hours that begins so many hours from now."""
    starts_at = NOW + timedelta(hours=starts)
    values: dict[str, Any] = {
        "session_id": SessionId(named(name)),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "bookable_until": starts_at,
        "weekday": Weekday.MONDAY,
        "free": free,
    }
    return Opening(**(values | changes))


def a_match(
    state: MatchState = MatchState.PROPOSED,
    *,
    line: Line | None = None,
    offer: Offer | None = None,
    need: Need | None = None,
    name: str = "match",
    **changes: object,
) -> Match:
    line, offer, need = line or a_line(), offer or an_offer(), need or a_need()
    values: dict[str, Any] = {
        "id": MatchId(named(name)),
        "version": 1,
        "pairing": Pairing(
            need_id=need.id,
            line_id=line.id,
            offer_id=offer.id,
            party_id=offer.supply.party_id,
            pool_id=need.site.pool_id,
            society=offer.society,
            kind=line.kind,
            service=line.service,
            quantity=line.quantity,
            unit=line.unit,
        ),
        "grounds": Grounds(
            worth=Worth(points=((Term.FIT, 500),), metres=200),
            plan_sequence=1,
            policy_version=1,
            engine_version="test",
        ),
        "state": state,
        "proposed_at": NOW,
        "asked_at": None if state is MatchState.PROPOSED else NOW,
    }
    return Match(**(values | changes))


def a_standing(
    needs: Iterable[Need],
    offers: Iterable[Offer],
    *,
    parties: Iterable[Party] | None = None,
    matches: Iterable[Match] = (),
    **changes: object,
) -> Standing:
    offered = tuple(offers)
    known = list(parties) if parties is not None else [a_party()]
    values: dict[str, Any] = {
        "pool_id": POOL,
        "wanted_sequence": 7,
        "needs": tuple(needs),
        "offers": offered,
        "parties": {party.id: party for party in known},
        "matches": tuple(matches),
        "refusals": frozenset(),
        "planned": {},
    }
    return Standing(**(values | changes))


def plan(standing: Standing) -> Draft:
    pool = Pool(standing.pool_id, POLICY, at=NOW)
    pool.hear(standing.as_news(), at=NOW)
    return draft(pool, at=NOW, new_id=ids())


__all__ = [name for name in dir() if not name.startswith("_")] + ["NEVER_PLANNED"]
