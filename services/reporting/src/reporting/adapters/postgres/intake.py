"""What each event changes in the facts.

The events of one subject come in order; between subjects there is no order, so a match may be known
before its need. Whatever several topics tell about one row is therefore put in, never looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.contracts.cases import (
    NeedChanged,
    NeedClosed,
    NeedSubmitted,
    NeedWithdrawn,
    ServiceRecorded,
)
from common.contracts.matching import (
    LinkagePlanProposed,
    MatchAccepted,
    MatchAsked,
    MatchDeclined,
    MatchEvent,
    MatchExpired,
    MatchFulfilled,
    MatchProposed,
    MatchSuperseded,
    MatchWithdrawn,
)
from common.contracts.registry import PlaceCode, StationClosed, StationOpened, StationPlanned
from reporting.adapters.postgres.puts import Meeting, Put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from common.messaging.event import Envelope, Event
    from reporting.adapters.postgres.puts import Values


def puts_of(event: Envelope[Event]) -> Iterator[Put]:
    """Return what to put in for an event; nothing for one that no figure needs yet."""
    match event.data:
        case NeedSubmitted() | NeedChanged() | NeedWithdrawn() | NeedClosed() as data:
            yield from _of_need(data, event.id)
        case LinkagePlanProposed() as data:
            yield from _of_plan(data, event.id)
        case MatchProposed() as data:
            yield _of_proposal(data, event.id)
        case MatchEvent() as data:
            yield from _of_match(data, event.id)
        case ServiceRecorded() as data:
            yield _of_service(data, event.id)
        case StationPlanned() | StationOpened() | StationClosed() as data:
            yield _of_station(data, event.id)
        case _:
            return


def _moment(step: str, at: datetime, event_id: UUID) -> Values:
    return {f"{step}_at": at, f"{step}_event": event_id}


def _of_need(
    data: NeedSubmitted | NeedChanged | NeedWithdrawn | NeedClosed, event_id: UUID
) -> Iterator[Put]:
    match data:
        case NeedSubmitted():
            yield _need(data.need_id, _submission(data, event_id))
            yield from _asked_lines(data)
        case NeedChanged():
            # A need counts where it is now; its journal tells where it was before.
            yield _need(data.need_id, _place(data.place))
        case NeedWithdrawn():
            yield _need(data.need_id, _moment("withdrawn", data.withdrawn_at, event_id))
        case NeedClosed():
            closure = _moment("closed", data.closed_at, event_id)
            yield _need(data.need_id, {**closure, "is_met": data.is_met})


def _need(need_id: UUID, values: Values, meeting: Meeting = Meeting.CHANGES) -> Put:
    known = {"need_id": need_id, **values}
    return Put(table="need", key="need_id", values=known, meeting=meeting)


def _submission(data: NeedSubmitted, event_id: UUID) -> Values:
    return {
        **_place(data.place),
        "beneficiary": data.beneficiary.value,
        "persons": data.persons,
        "urgency": data.urgency,
        "meeting_id": data.meeting_id,
        **_moment("submitted", data.submitted_at, event_id),
    }


def _place(place: PlaceCode) -> Values:
    return {"scheme": place.scheme.value, "area": place.code}


def _asked_lines(data: NeedSubmitted) -> Iterator[Put]:
    for place, line in enumerate(data.lines):
        yield _line(
            {
                "line_id": line.line_id,
                "need_id": data.need_id,
                "place": place,
                "kind": line.kind.value,
                "service": line.service.value,
                "quantity": line.quantity,
                "unit": line.unit.value,
                "derived_from": None,
                "known_at": data.submitted_at,
            }
        )


def _derived_lines(data: LinkagePlanProposed) -> Iterator[Put]:
    for place, line in enumerate(data.lines, start=len(data.lines)):
        if line.derived_from is not None:
            yield _line(
                {
                    "line_id": line.line_id,
                    "need_id": data.need_id,
                    "place": place,
                    "kind": line.kind.value,
                    "service": line.service.value,
                    "derived_from": line.derived_from,
                    "known_at": data.proposed_at,
                }
            )


def _line(values: Values) -> Put:
    return Put(table="need_line", key="line_id", values=values, meeting=Meeting.LEAVES)


def _of_plan(data: LinkagePlanProposed, event_id: UUID) -> Iterator[Put]:
    yield from _derived_lines(data)
    # A plan that found nobody proposes nothing.
    if any(line.match_id is not None for line in data.lines):
        first = _moment("proposed", data.proposed_at, event_id)
        yield _need(data.need_id, first, Meeting.FILLS)


def _of_proposal(data: MatchProposed, event_id: UUID) -> Put:
    known = {
        "match_id": data.match_id,
        "need_id": data.need_id,
        "line_id": data.line_id,
        "offer_id": data.offer_id,
        "party_id": data.party_id,
        "society": data.society.value,
        "quantity": data.quantity,
        "unit": data.unit.value,
        **_moment("proposed", data.proposed_at, event_id),
    }
    return Put(table="match", key="match_id", values=known, meeting=Meeting.LEAVES)


def _of_match(data: MatchEvent, event_id: UUID) -> Iterator[Put]:
    match data:
        case MatchAsked():
            yield _step(data, _moment("asked", data.asked_at, event_id))
        case MatchAccepted():
            yield _step(data, _moment("accepted", data.accepted_at, event_id))
        case MatchDeclined():
            yield _step(data, _moment("declined", data.declined_at, event_id))
        case MatchExpired():
            yield _step(data, _moment("dropped", data.expired_at, event_id))
        case MatchSuperseded():
            yield _step(data, _moment("dropped", data.superseded_at, event_id))
        case MatchWithdrawn():
            yield _step(data, _moment("dropped", data.withdrawn_at, event_id))
        case MatchFulfilled():
            yield _step(data, _moment("fulfilled", data.fulfilled_at, event_id))
        case _:
            return


def _step(data: MatchEvent, moment: Values) -> Put:
    """Change a match that is known, because the events of one match come in order."""
    known = {"match_id": data.match_id, **moment}
    return Put(table="match", key="match_id", values=known, meeting=Meeting.EXPECTS)


def _of_service(data: ServiceRecorded, event_id: UUID) -> Put:
    record = {
        "record_id": data.record_id,
        "need_id": data.need_id,
        "line_id": data.line_id,
        "match_id": data.match_id,
        "society": data.society.value,
        "path": data.path.value,
        "quantity": data.quantity,
        "unit": data.unit.value,
        "persons": data.persons,
        "person_times": data.person_times,
        "sessions": data.sessions,
        "started_at": data.started_at,
        "ended_at": data.ended_at,
        **_moment("recorded", data.recorded_at, event_id),
    }
    return Put(table="service", key="record_id", values=record, meeting=Meeting.LEAVES)


def _of_station(data: StationPlanned | StationOpened | StationClosed, event_id: UUID) -> Put:
    station: dict[str, Any] = {
        "station_id": data.station_id,
        "tier": data.tier.value,
        "scheme": data.place.scheme.value,
        "area": data.place.code,
    }
    match data:
        case StationOpened():
            station |= {"opened_on": data.opened_on, "opened_event": event_id}
        case StationClosed():
            station |= {"closed_on": data.closed_on, "closed_event": event_id}
        case StationPlanned():
            pass
    return Put(table="station", key="station_id", values=station, meeting=Meeting.CHANGES)
