"""Things for tests: what does not matter comes from here, what matters stands in the test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from cases.domain.line import LineId, NeedLine
from cases.domain.match import Match, MatchId
from cases.domain.meeting import (
    Meeting,
    MeetingId,
    MeetingWasRecorded,
    Minutes,
    ParticipantKind,
    Participants,
)
from cases.domain.need import Need, NeedDescription, NeedId, NeedWasSubmitted
from cases.domain.service_record import (
    Delivery,
    ServiceRecord,
    ServiceRecordId,
    ServiceWasRecorded,
)
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    MatchState,
    ServiceCode,
    ServicePath,
    Society,
    Unit,
)

if TYPE_CHECKING:
    from common.change import Change

NOW: Final = datetime(2026, 11, 22, 4, tzinfo=UTC)
POOL: Final = UUID(int=7)
XIANJIN: Final = AreaRef(AreaScheme.NBS, "210213009")
GUANGMING: Final = AreaRef(AreaScheme.NBS, "210213008")
JINZHOU: Final = AreaRef(AreaScheme.NBS, "210213")
EVERYWHERE: Final = Scope(sub="test", is_everywhere=True)
NOWHERE: Final = Scope(sub="test")


class StoppedClock:
    """Noon of a Sunday in China, whatever the machine says."""

    def now(self) -> datetime:
        return NOW


def within(*areas: AreaRef) -> Scope:
    return Scope(sub="test", areas=frozenset(areas))


def a_meeting_record(
    *, area: AreaRef = XIANJIN, resolution: str = "设候学室"
) -> Change[Meeting, MeetingWasRecorded]:
    return Meeting.record(
        MeetingId(uuid4()),
        Minutes(
            area=area,
            held_on=date(2026, 11, 18),
            topic="家长候学难",
            participants=(Participants(kind=ParticipantKind.PARENTS, count=12),),
            resolution=resolution,
        ),
        pool_id=POOL,
        at=NOW,
    )


def a_meeting(*, area: AreaRef = XIANJIN) -> Meeting:
    return a_meeting_record(area=area).state


def a_line(**fields: object) -> NeedLine:
    line = NeedLine(id=LineId(uuid4()), service=ServiceCode.COMPANY, quantity=4, unit=Unit.PERSON)
    return replace(line, **fields)  # type: ignore[arg-type]


def a_description(**fields: object) -> NeedDescription:
    description = NeedDescription(
        area=XIANJIN,
        beneficiary=Beneficiary.GROUP,
        persons=40,
        urgency=3,
        title="家长候学",
        lines=(a_line(),),
    )
    return replace(description, **fields)  # type: ignore[arg-type]


def a_submission(**fields: object) -> Change[Need, NeedWasSubmitted]:
    return Need.submit(NeedId(uuid4()), a_description(**fields), pool_id=POOL, at=NOW)


def a_need(**fields: object) -> Need:
    return a_submission(**fields).state


def a_match(need: Need, **fields: object) -> Match:
    match = Match(
        id=MatchId(uuid4()),
        need_id=need.id,
        line_id=need.description.lines[0].id,
        society=Society.VOLUNTEER,
        unit=need.description.lines[0].unit,
        state=MatchState.ACCEPTED,
    )
    return replace(match, **fields)  # type: ignore[arg-type]


def a_delivery(match: Match, **fields: object) -> Delivery:
    delivery = Delivery(
        match_id=match.id,
        line_id=match.line_id,
        path=ServicePath.PROFESSIONAL,
        quantity=4,
        unit=match.unit,
        persons=38,
        person_times=41,
        sessions=1,
        started_at=NOW - timedelta(hours=4),
        ended_at=NOW - timedelta(hours=1),
    )
    return replace(delivery, **fields)  # type: ignore[arg-type]


def a_recording(need: Need, match: Match) -> Change[ServiceRecord, ServiceWasRecorded]:
    return ServiceRecord.record(
        ServiceRecordId(uuid4()), a_delivery(match), need=need, match=match, at=NOW
    )
