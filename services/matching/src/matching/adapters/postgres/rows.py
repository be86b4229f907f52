"""Between rows and the domain: one function each way for each kind of thing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from common.places import AreaRef, Position
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    LineKind,
    MatchState,
    ServiceCode,
    Society,
    Unit,
    Weekday,
)
from matching.adapters.postgres.entries import to_entry, written_entry
from matching.adapters.postgres.schedules import to_openings
from matching.app.ports import Refusal
from matching.domain.earmark import Earmark
from matching.domain.identity import (
    EntryId,
    LineId,
    MatchId,
    NeedId,
    OfferId,
    PartyId,
    PoolId,
    SessionId,
)
from matching.domain.lot import Lot
from matching.domain.match import (
    Appointment,
    DeclineReason,
    Grounds,
    Match,
    Misfit,
    Pairing,
)
from matching.domain.moderation import Moderation, ModerationReason
from matching.domain.need import Line, Need, NeedState, SearchArea
from matching.domain.offer import Offer, Origin, Supply
from matching.domain.party import Party
from matching.domain.site import Site
from matching.domain.window import Window
from matching.domain.worth import Term, Worth

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from matching.adapters.postgres.tables import (
        MatchRow,
        NeedLineRow,
        NeedRow,
        OfferRow,
        PartyRow,
        RefusalRow,
    )
    from matching.domain.entry import Entry


def to_need(row: NeedRow, lines: Iterable[NeedLineRow]) -> Need:
    """Return the need of a row and the rows of its lines, in their order."""
    return Need(
        id=NeedId(row.id),
        revision=row.revision,
        site=_to_site(row),
        beneficiary=Beneficiary(row.beneficiary),
        persons=row.persons,
        urgency=row.urgency,
        submitted_at=row.submitted_at,
        state=NeedState(row.state),
        search_area=SearchArea(row.search_area),
        lines=tuple(to_line(line) for line in lines),
    )


def to_line(row: NeedLineRow) -> Line:
    """Return the line of a row."""
    return Line(
        id=LineId(row.id),
        kind=LineKind(row.kind),
        service=ServiceCode(row.service),
        quantity=row.quantity,
        unit=Unit(row.unit),
        weekdays=_to_weekdays(row.weekdays),
        within_metres=row.within_metres,
        needs_vetting=row.needs_vetting,
        all_or_nothing=row.all_or_nothing,
        window=Window(row.not_before, row.not_after),
        derived_from=None if row.derived_from is None else LineId(row.derived_from),
        approved_at=row.approved_at,
        urgent_since=row.urgent_since,
    )


def need_values(need: Need) -> dict[str, Any]:
    """Return the columns of a new need that no plan has seen."""
    return {
        "id": need.id,
        "revision": need.revision,
        **_site_values(need.site),
        "beneficiary": need.beneficiary.value,
        "persons": need.persons,
        "urgency": need.urgency,
        "submitted_at": need.submitted_at,
        "state": need.state.value,
        "search_area": need.search_area.value,
        "plan_version": 0,
    }


def line_values(need: Need) -> list[dict[str, Any]]:
    """Return the columns of a new need's lines."""
    return [
        {
            "id": line.id,
            "need_id": need.id,
            "position": position,
            "derived_from": line.derived_from,
            "kind": line.kind.value,
            "service": line.service.value,
            "quantity": line.quantity,
            "unit": line.unit.value,
            "weekdays": _weekday_codes(line.weekdays),
            "within_metres": line.within_metres,
            "needs_vetting": line.needs_vetting,
            "all_or_nothing": line.all_or_nothing,
            "not_before": line.window.not_before,
            "not_after": line.window.not_after,
            "approved_at": line.approved_at,
            "urgent_since": line.urgent_since,
            "planned_match_id": None,
        }
        for position, line in enumerate(need.lines)
    ]


def to_offer(row: OfferRow) -> Offer:
    """Return the offer of a row."""
    return Offer(
        id=OfferId(row.id),
        version=row.version,
        revision=row.revision,
        supply=Supply(
            party_id=PartyId(row.party_id),
            service=ServiceCode(row.service),
            capacity=row.capacity,
            unit=Unit(row.unit),
            reach_metres=row.reach_metres,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            title=row.title,
            weekdays=_to_weekdays(row.weekdays),
            scope=None if row.scope is None else AreaRef(AreaScheme(row.scheme), row.scope),
            earmark=_to_earmark(row),
            lots=tuple(_to_lot(lot) for lot in row.lots),
        ),
        society=Society(row.society),
        site=_to_site(row),
        held=row.held,
        delivered=row.delivered,
        allotted=row.allotted,
        origin=_to_origin(row),
        returns=row.returns,
        lots_held=tuple(lot["held"] for lot in row.lots),
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
        moderation=Moderation(row.moderation),
        refused_because=(
            None if row.refused_because is None else ModerationReason(row.refused_because)
        ),
        refused_note=row.refused_note,
        is_giver_active=row.is_giver_active,
        confirmed_at=row.confirmed_at,
        confirmation_asked_at=row.confirmation_asked_at,
        openings=None if row.openings is None else to_openings(row.coming_sessions or ()),
        entry=_to_entry(row),
    )


def offer_values(offer: Offer) -> dict[str, Any]:
    """Return the columns of an offer."""
    supply = offer.supply
    return {
        "id": offer.id,
        "party_id": supply.party_id,
        "society": offer.society.value,
        "capacity": supply.capacity,
        **stated_values(offer),
        "earmarked_services": " ".join(sorted(supply.earmark.services)),
        "earmarked_beneficiaries": " ".join(sorted(supply.earmark.beneficiaries)),
        "is_giver_active": offer.is_giver_active,
        "published_at": offer.published_at,
        "origin_id": None if offer.origin is None else offer.origin.offer_id,
        "origin_pool_id": None if offer.origin is None else offer.origin.pool_id,
        **changing_values(offer),
    }


def stated_values(offer: Offer) -> dict[str, Any]:
    """Return the columns of an offer that follow from its entry of the service list, if it has one.

    With a calendar, its capacity follows from its sessions.
    """
    supply, entry = offer.supply, offer.entry
    return {
        "service": supply.service.value,
        "unit": supply.unit.value,
        **_site_values(offer.site),
        "reach_metres": supply.reach_metres,
        "weekdays": _weekday_codes(supply.weekdays),
        "valid_from": supply.valid_from,
        "valid_until": supply.valid_until,
        "title": supply.title,
        "scope": None if supply.scope is None else supply.scope.code,
        "entry_id": None if entry is None else entry.id,
        "entry": None if entry is None else written_entry(entry),
    }


def changing_values(offer: Offer) -> dict[str, Any]:
    """Return the columns of an offer that decisions about it change."""
    return {
        "version": offer.version,
        "revision": offer.revision,
        "held": offer.held,
        "delivered": offer.delivered,
        "allotted": offer.allotted,
        "returns": offer.returns,
        "lots": [
            {
                "quantity": lot.quantity,
                "expires_on": None if lot.expires_on is None else lot.expires_on.isoformat(),
                "held": held,
            }
            for lot, held in zip(offer.supply.lots, offer.lots_held, strict=True)
        ],
        "withdrawn_at": offer.withdrawn_at,
        "moderation": offer.moderation.value,
        "refused_because": None if offer.refused_because is None else offer.refused_because.value,
        "refused_note": offer.refused_note,
        "confirmed_at": offer.confirmed_at,
        "confirmation_asked_at": offer.confirmation_asked_at,
    }


def to_party(row: PartyRow) -> Party:
    """Return the party of a row."""
    return Party(
        id=PartyId(row.id),
        society=Society(row.society),
        public_name=row.public_name,
        area=AreaRef(AreaScheme(row.scheme), row.area),
        vetted_until=row.vetted_until,
        suspended_on=row.suspended_on,
        is_approved=row.is_approved,
        is_station=row.is_station,
    )


def party_values(party: Party) -> dict[str, Any]:
    """Return the columns of a party."""
    return {
        "id": party.id,
        "society": party.society.value,
        "public_name": party.public_name,
        "scheme": party.area.scheme.value,
        "area": party.area.code,
        "vetted_until": party.vetted_until,
        "suspended_on": party.suspended_on,
        "is_approved": party.is_approved,
        "is_station": party.is_station,
    }


def to_match(row: MatchRow) -> Match:
    """Return the match of a row."""
    return Match(
        id=MatchId(row.id),
        version=row.version,
        pairing=_to_pairing(row),
        grounds=Grounds(
            worth=Worth(
                points=tuple((Term(term), number) for term, number in row.points),
                metres=row.metres,
            ),
            plan_sequence=row.plan_sequence,
            policy_version=row.policy_version,
            engine_version=row.engine_version,
        ),
        state=MatchState(row.state),
        proposed_at=row.proposed_at,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        reason=None if row.reason is None else DeclineReason(row.reason),
        delivered=row.delivered,
        appointment=_to_appointment(row),
        reminded_at=row.reminded_at,
        misfit=_to_misfit(row),
    )


def _to_misfit(row: MatchRow) -> Misfit | None:
    if row.misfit_since is None:
        return None
    return Misfit(row.misfit_since, tuple((row.misfit_rules or "").split()))


def match_values(match: Match) -> dict[str, Any]:
    """Return the columns of a match, except the note, which is no part of the decision."""
    pairing, grounds = match.pairing, match.grounds
    return {
        "id": match.id,
        "version": match.version,
        "need_id": pairing.need_id,
        "line_id": pairing.line_id,
        "offer_id": pairing.offer_id,
        "party_id": pairing.party_id,
        "pool_id": pairing.pool_id,
        "society": pairing.society.value,
        "kind": pairing.kind.value,
        "service": pairing.service.value,
        "quantity": pairing.quantity,
        "unit": pairing.unit.value,
        "value": grounds.worth.total,
        "points": [[term.value, number] for term, number in grounds.worth.points],
        "metres": grounds.worth.metres,
        "plan_sequence": grounds.plan_sequence,
        "policy_version": grounds.policy_version,
        "engine_version": grounds.engine_version,
        "state": match.state.value,
        "proposed_at": match.proposed_at,
        "asked_at": match.asked_at,
        "decided_at": match.decided_at,
        "reason": None if match.reason is None else match.reason.value,
        "delivered": match.delivered,
        **appointment_values(match),
        "reminded_at": match.reminded_at,
    }


def appointment_values(match: Match) -> dict[str, Any]:
    """Return the columns of the session that a match is for."""
    appointment = match.appointment
    return {
        "session_id": None if appointment is None else appointment.session_id,
        "starts_at": None if appointment is None else appointment.starts_at,
        "ends_at": None if appointment is None else appointment.ends_at,
    }


def to_refusal(row: RefusalRow) -> Refusal:
    """Return the refusal of a row."""
    return Refusal(
        need_id=NeedId(row.need_id),
        party_id=PartyId(row.party_id),
        reason=DeclineReason(row.reason),
        said_on=row.said_on,
        recorded_at=row.recorded_at,
    )


def _to_pairing(row: MatchRow) -> Pairing:
    return Pairing(
        need_id=NeedId(row.need_id),
        line_id=LineId(row.line_id),
        offer_id=OfferId(row.offer_id),
        party_id=PartyId(row.party_id),
        pool_id=PoolId(row.pool_id),
        society=Society(row.society),
        kind=LineKind(row.kind),
        service=ServiceCode(row.service),
        quantity=row.quantity,
        unit=Unit(row.unit),
    )


def _to_appointment(row: MatchRow) -> Appointment | None:
    if row.session_id is None or row.starts_at is None or row.ends_at is None:
        return None
    return Appointment(
        session_id=SessionId(row.session_id), starts_at=row.starts_at, ends_at=row.ends_at
    )


def _to_entry(row: OfferRow) -> Entry | None:
    if row.entry_id is None or row.entry is None:
        return None
    return to_entry(EntryId(row.entry_id), row.entry)


def _to_earmark(row: OfferRow) -> Earmark:
    return Earmark(
        services=frozenset(ServiceCode(code) for code in row.earmarked_services.split()),
        beneficiaries=frozenset(Beneficiary(code) for code in row.earmarked_beneficiaries.split()),
    )


def _to_origin(row: OfferRow) -> Origin | None:
    if row.origin_id is None or row.origin_pool_id is None:
        return None
    return Origin(OfferId(row.origin_id), PoolId(row.origin_pool_id))


def _to_lot(lot: dict[str, Any]) -> Lot:
    expires_on = lot["expires_on"]
    return Lot(lot["quantity"], None if expires_on is None else date.fromisoformat(expires_on))


def _to_site(row: NeedRow | OfferRow) -> Site:
    scheme = AreaScheme(row.scheme)
    return Site(
        area=AreaRef(scheme, row.area),
        pool_id=PoolId(row.pool_id),
        township=None if row.township is None else AreaRef(scheme, row.township),
        county=None if row.county is None else AreaRef(scheme, row.county),
        prefecture=None if row.prefecture is None else AreaRef(scheme, row.prefecture),
        point=_to_point(row),
    )


def _to_point(row: NeedRow | OfferRow) -> Position | None:
    if row.longitude is None or row.latitude is None:
        return None
    return Position(longitude=row.longitude, latitude=row.latitude)


def _site_values(site: Site) -> dict[str, Any]:
    return {
        "pool_id": site.pool_id,
        "scheme": site.area.scheme.value,
        "area": site.area.code,
        "township": None if site.township is None else site.township.code,
        "county": None if site.county is None else site.county.code,
        "prefecture": None if site.prefecture is None else site.prefecture.code,
        "longitude": None if site.point is None else site.point.longitude,
        "latitude": None if site.point is None else site.point.latitude,
    }


def _to_weekdays(codes: str) -> frozenset[Weekday]:
    return frozenset(Weekday(code) for code in codes.split())


def _weekday_codes(weekdays: Collection[Weekday]) -> str:
    return " ".join(day.value for day in Weekday if day in weekdays)
