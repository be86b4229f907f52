"""Which ability follows which event of others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from common.contracts.matching import HoursConfirmed
from common.messaging.handlers import Handlers
from registry.domain.party import PartyId
from registry.domain.volunteer_hours import ConfirmedHours, HoursId

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope
    from registry.app.volunteer_hour_abilities import VolunteerHourAbilities


def reactions(hours: VolunteerHourAbilities) -> Handlers:
    """Return what the registry does when others tell it something."""
    handlers = Handlers()
    handlers.on(HoursConfirmed)(partial(_note_hours, hours))
    return handlers


async def _note_hours(
    hours: VolunteerHourAbilities, event: Envelope[HoursConfirmed], _: AsyncSession
) -> None:
    told = event.data
    await hours.note(
        ConfirmedHours(
            id=HoursId(told.hours_id),
            party_id=PartyId(told.party_id),
            match_id=told.match_id,
            service=told.service,
            served_on=told.served_on,
            minutes=told.minutes,
            confirmed_at=told.confirmed_at,
        )
    )
