"""Hours of volunteers as callers send and receive them."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import example, label
from common.vocabulary import AreaScheme, Beneficiary, ServiceCode
from matching.app.confirm_hours import SeenHours
from matching.domain.hours import MOST_MINUTES, HoursState
from matching.domain.side import Side

_SHOWN = {
    "id": "0192d3c4-5b6a-5890-8abc-def012345678",
    "match_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "party_id": "0192d3c4-0000-7000-8000-00000000aaaa",
    "party_name": "先进街道周末陪伴志愿服务队",
    "project": "周六陪伴",
    "service": "company",
    "service_label": "陪伴照看",
    "scheme": "nbs",
    "area": "210213009",
    "beneficiary": "group",
    "beneficiary_label": "群体",
    "served_on": "2026-03-07",
    "state": "confirmed",
    "state_label": "双方已确认",
    "minutes": 120,
    "given_minutes": 120,
    "given_at": "2026-03-07T09:00:00Z",
    "received_minutes": 120,
    "received_at": "2026-03-08T01:00:00Z",
    "confirmed_at": "2026-03-08T01:00:00Z",
}


class HoursToState(Body):
    """How long the service of the day was."""

    model_config = example(minutes=120)

    minutes: Annotated[int, Field(strict=True, ge=1, le=MOST_MINUTES)]


class HoursView(View):
    """A day's record of volunteering: name, place, for whom, content, and each side's minutes."""

    model_config = example(**_SHOWN)

    id: UUID
    match_id: UUID
    party_id: UUID
    party_name: str
    project: str
    service: ServiceCode
    service_label: str
    scheme: AreaScheme
    area: str
    beneficiary: Beneficiary
    beneficiary_label: str
    served_on: date
    state: HoursState
    state_label: str
    minutes: int | None
    given_minutes: int | None
    given_at: datetime | None
    received_minutes: int | None
    received_at: datetime | None
    confirmed_at: datetime | None

    @classmethod
    def of(cls, found: SeenHours, language: Language) -> Self:
        """Show a day's hours."""
        hours, seen = found.hours, found.seen
        given, received = (hours.words.get(side) for side in Side)
        return cls(
            id=hours.id,
            match_id=hours.match_id,
            party_id=hours.party_id,
            party_name=seen.party.public_name,
            project=seen.offer.supply.title,
            service=hours.service,
            service_label=label(hours.service, language),
            scheme=seen.need.site.area.scheme,
            area=seen.need.site.area.code,
            beneficiary=seen.need.beneficiary,
            beneficiary_label=label(seen.need.beneficiary, language),
            served_on=hours.served_on,
            state=hours.state,
            state_label=label(hours.state, language),
            minutes=hours.minutes,
            given_minutes=None if given is None else given.minutes,
            given_at=None if given is None else given.at,
            received_minutes=None if received is None else received.minutes,
            received_at=None if received is None else received.at,
            confirmed_at=hours.confirmed_at,
        )


class HoursOfMatchView(View):
    """Every day of a match that somebody has spoken of."""

    model_config = example(items=[_SHOWN])

    items: list[HoursView]
