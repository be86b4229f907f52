"""The story itself: one community meeting, one need with four lines, and who could help.

Every id is derived from the run's id, so that two runs on one stack do not meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from wushe.demo.cast import PEOPLE_WITH_A_PART, SATURDAY, Offer, Part, Vetting
from wushe.demo.crowd import Township, bystanders
from wushe.demo.ground import SCHOOL_GATE, STREET

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEME: Final = "nbs"
CHINA: Final = ZoneInfo("Asia/Shanghai")
DEFAULT_SEED: Final = 2102
STATIONS: Final = 149
"""Formal townships of Dalian in the list of 2023; three further rows are zones and farms."""

Document = dict[str, object]
_STATIONS_NAMESPACE: Final = UUID("8f1f8a52-4f0e-5d3b-9d2f-2102002130a9")
_VETTED_DAYS_AGO: Final = {Vetting.VALID: 100, Vetting.LAPSED: 400}
PUBLIC_TITLE: Final = "特殊学校门口陪读家长日间等候与支持"
_RESOLUTION: Final = (
    "利用校门旁闲置公建房设家长等候室，请社会组织运营，社工提供心理疏导，"
    "慈善资源供应饮用水，志愿者周六陪伴照看。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the need, and the offer that must fill it in the end."""

    key: str
    service: str
    quantity: int
    unit: str
    label: str
    label_zh: str
    weekdays: tuple[str, ...] = ()
    within_metres: int | None = None
    needs_vetting: bool = False


LINES: Final = (
    Line(
        key="room",
        service="waiting_room",
        quantity=1,
        unit="room",
        label="a room near the gate",
        label_zh="校门附近的等候室",
        within_metres=500,
    ),
    Line(
        key="counselling",
        service="counselling",
        quantity=10,
        unit="person",
        label="counselling for about ten parents",
        label_zh="十位左右家长的心理疏导",
    ),
    Line(
        key="water",
        service="drinking_water",
        quantity=40,
        unit="piece",
        label="drinking water",
        label_zh="饮用水",
    ),
    Line(
        key="company",
        service="company",
        quantity=4,
        unit="person",
        label="four volunteers on Saturdays",
        label_zh="周六四名志愿者陪伴",
        weekdays=SATURDAY,
        needs_vetting=True,
    ),
)
CARRIER_SERVICE: Final = "venue_operation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known before the curtain rises."""

    run: UUID
    seed: int
    today: date
    townships: tuple[Township, ...]
    offers: tuple[Offer, ...]

    @property
    def meeting_id(self) -> UUID:
        """The community meeting."""
        return self.id_of("meeting")

    @property
    def need_id(self) -> UUID:
        """The need that the meeting resolved."""
        return need_id(self.run)

    def id_of(self, name: str) -> UUID:
        """Return the id of a thing of this run."""
        return uuid5(self.run, name)

    def party_id(self, offer: Offer) -> UUID:
        """Return the id of the party behind an offer."""
        return party_id(self.run, offer)

    def offer_id(self, offer: Offer) -> UUID:
        """Return the id of an offer."""
        return self.id_of(f"offer/{offer.key}")

    def line_id(self, line: Line) -> UUID:
        """Return the id of a line of the need."""
        return self.id_of(f"line/{line.key}")

    def with_part(self, part: Part) -> tuple[Offer, ...]:
        """Return the offers with the given part."""
        return tuple(offer for offer in self.offers if offer.part is part)

    def non_match(self) -> Offer:
        """Return the offer to explain: near, right day, but the vetting is over."""
        lapsed = (o for o in self.offers if o.fails and o.party.vetting is Vetting.LAPSED)
        return min(lapsed, key=lambda offer: offer.key)

    def stations(self) -> list[Document]:
        """Return one open station for every formal township."""
        return [
            {
                # Stations belong to the city, not to the run: there is one in each township.
                "id": str(uuid5(_STATIONS_NAMESPACE, township.code)),
                "tier": "station",
                "name": f"{township.name}社会工作服务站",
                "scheme": SCHEME,
                "area": township.code,
                "planned_on": "2021-03-01",
                "opened_on": "2022-12-30",
            }
            for township in self.townships
        ]

    def parties(self) -> list[Document]:
        """Return every party, as the registry takes it."""
        return [
            {
                "id": str(self.party_id(offer)),
                "society": offer.party.society,
                "public_name": offer.party.name,
                "is_person": offer.party.is_person,
                "scheme": SCHEME,
                "area": offer.party.area,
            }
            for offer in self.offers
        ]

    def vetting_of(self, offer: Offer) -> Document | None:
        """Return the vetting of the party behind an offer, if there was one."""
        days_ago = _VETTED_DAYS_AGO.get(offer.party.vetting)
        if days_ago is None:
            return None
        vetted_on = self.today - timedelta(days=days_ago)
        valid_until = vetted_on + timedelta(days=365)
        return {"vetted_on": vetted_on.isoformat(), "valid_until": valid_until.isoformat()}

    def offer_document(self, offer: Offer) -> Document:
        """Return an offer, as matching takes it."""
        end = datetime.combine(self.today + timedelta(days=120), time(), tzinfo=CHINA)
        return {
            "id": str(self.offer_id(offer)),
            "party_id": str(self.party_id(offer)),
            "service": offer.service,
            "capacity": offer.capacity,
            "unit": offer.unit,
            "scheme": SCHEME,
            "area": offer.party.area,
            "place": offer.spot.document(),
            "reach_metres": offer.reach_metres,
            "weekdays": list(offer.weekdays),
            "valid_until": end.isoformat(),
            "title": offer.title,
        }

    def meeting(self) -> Document:
        """Return the community meeting (协商会)."""
        return {
            "id": str(self.meeting_id),
            "scheme": SCHEME,
            "area": STREET,
            "held_on": self.today.isoformat(),
            "topic": PUBLIC_TITLE,
            "participants": [
                {"kind": "school", "count": 2},
                {"kind": "property_company", "count": 1},
                {"kind": "parents", "count": 9},
                {"kind": "community", "count": 2},
                {"kind": "station", "count": 1},
            ],
            "resolution": _RESOLUTION,
        }

    def need(self) -> Document:
        """Return the need that the meeting resolved, with four lines."""
        return {
            "id": str(self.need_id),
            "meeting_id": str(self.meeting_id),
            "scheme": SCHEME,
            "area": STREET,
            "beneficiary": "group",
            "persons": 40,
            "urgency": 3,
            "title": PUBLIC_TITLE,
            "place": SCHOOL_GATE.document(),
            "lines": [self._line(line) for line in LINES],
        }

    def _line(self, line: Line) -> Document:
        return {
            "id": str(self.line_id(line)),
            "service": line.service,
            "quantity": line.quantity,
            "unit": line.unit,
            "weekdays": list(line.weekdays),
            "within_metres": line.within_metres,
            "needs_vetting": line.needs_vetting,
        }


def party_id(run: UUID, offer: Offer) -> UUID:
    """Return the id that the party behind an offer has in a run."""
    return uuid5(run, f"party/{offer.key}")


def need_id(run: UUID) -> UUID:
    """Return the id of the need of a run."""
    return uuid5(run, "need")


def tell(
    townships: Sequence[Township], *, run: UUID, today: date, seed: int = DEFAULT_SEED
) -> Story:
    """Set the scene: the seven with a part, and the crowd that the seed makes."""
    offers = (*PEOPLE_WITH_A_PART, *bystanders(townships, seed=seed))
    return Story(run=run, seed=seed, today=today, townships=tuple(townships), offers=offers)
