"""What the registry does when matching tells of hours, as the consumer passes it on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from common.contracts.matching import HoursConfirmed
from common.grants import Scope
from common.messaging.event import Envelope
from common.places import AreaRef
from common.vocabulary import AreaScheme, ServiceCode, Society
from registry.app.register_parties import RegisterParty
from registry.bootstrap import build_application
from registry.domain.errors.certificates import NotAVolunteer
from registry.domain.errors.parties import PartyNotFound
from registry.entrypoints.events import reactions

if TYPE_CHECKING:
    from common.frame import Frame
    from registry.app.application import Application
    from registry.domain.party import PartyId

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
EVERYWHERE = Scope(sub="test", is_everywhere=True)


@pytest.fixture
def app(frame: Frame) -> Application:
    return build_application(frame)


async def a_party(app: Application, society: Society, name: str = "DL-V-000123") -> PartyId:
    command = RegisterParty(
        id=None,
        society=society,
        public_name=name,
        is_person=True,
        area=AreaRef(AreaScheme.NBS, "210213009"),
    )
    return (await app.register_party(command, EVERYWHERE)).thing.id


def confirmed(party_id: UUID, minutes: int = 150) -> HoursConfirmed:
    return HoursConfirmed(
        hours_id=uuid4(),
        party_id=party_id,
        match_id=uuid4(),
        service=ServiceCode.COMPANY,
        served_on=date(2026, 2, 28),
        minutes=minutes,
        confirmed_at=datetime(2026, 3, 1, 4, tzinfo=UTC),
    )


async def tell(frame: Frame, app: Application, told: HoursConfirmed) -> None:
    envelope = Envelope(
        id=uuid4(),
        source="urn:wushe:matching",
        type=told.name,
        subject=told.subject,
        version=1,
        time=told.confirmed_at,
        partition_key=told.subject,
        data=told,
    )
    async with frame.unit_of_work.transaction() as session:
        for handler in reactions(app.hours).of(HoursConfirmed):
            await handler(envelope, session)


async def test_hours_are_kept_once_however_often_they_are_told(
    frame: Frame, app: Application
) -> None:
    volunteer = await a_party(app, Society.VOLUNTEER)
    told = confirmed(volunteer)

    for _ in range(3):
        await tell(frame, app, told)
    await tell(frame, app, confirmed(volunteer, minutes=60))

    assert (await app.hours.record(volunteer, EVERYWHERE)).minutes == 210


async def test_hours_of_somebody_who_is_not_registered_yet_wait(
    frame: Frame, app: Application
) -> None:
    with pytest.raises(PartyNotFound):
        await tell(frame, app, confirmed(uuid4()))


async def test_hours_of_others_than_volunteers_are_refused(frame: Frame, app: Application) -> None:
    worker = await a_party(app, Society.SOCIAL_WORKER)

    with pytest.raises(NotAVolunteer):
        await tell(frame, app, confirmed(worker))
