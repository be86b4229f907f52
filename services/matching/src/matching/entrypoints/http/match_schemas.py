"""Matches as callers send and receive them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import example, label
from common.vocabulary import AreaScheme, LineKind, MatchState, ServiceCode, Society, Unit, Weekday
from matching.app.queries import SeenMatch
from matching.app.watch_proposals import Proposal
from matching.domain.match import DeclineReason
from matching.entrypoints.http.entry_schemas import EntryView
from matching.entrypoints.http.schemas import TermView, in_order

_IDS = {
    "match_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "need_id": "0192d3c4-1111-7000-8000-000000000001",
    "line_id": "0192d3c4-1111-7000-8000-000000000002",
    "offer_id": "0192d3c4-1111-7000-8000-000000000003",
    "party_id": "0192d3c4-0000-7000-8000-00000000aaaa",
}
_PAIRING = {
    "society": "volunteer",
    "service": "company",
    "quantity": 4,
    "unit": "person",
}


class Decline(Body):
    """Why the party says no, or takes its yes back."""

    model_config = example(reason="no_time", note="本月周六已有安排")

    reason: Literal["no_time", "no_capacity", "too_far", "not_suitable", "other"]
    note: Annotated[
        str | None,
        StringConstraints(max_length=500),
        Field(description="About the offer; nothing about a person belongs here."),
    ] = None

    def because(self) -> DeclineReason:
        """Return the reason that is meant."""
        return DeclineReason(self.reason)


class MatchView(View):
    """A match: what is asked of whom, how far it has come, and why it was made."""

    model_config = example(
        id=_IDS["match_id"],
        version=2,
        **{name: value for name, value in _IDS.items() if name != "match_id"},
        party_name="先进街道周末陪伴志愿服务队",
        offer_title="周六陪伴",
        **_PAIRING,
        society_label="社区志愿者",
        kind="companionship",
        service_label="陪伴照看",
        unit_label="人",
        delivered=0,
        weekdays=["sat"],
        scheme="nbs",
        area="210213009",
        state="asked",
        state_label="已征询",
        decline_reason=None,
        decline_reason_label=None,
        value=811,
        terms=[{"term": "fit", "term_label": "适配", "points": 433}],
        distance_metres=200,
        reason_zh="离需求地点 200 米，周六有空，能提供 4 人（余 6 人）。",
        reason_en="200 m from the place of need; free on Saturday; "
        "it can give 4 persons (6 persons left).",
        plan_sequence=7,
        session_id="0192d3c4-1111-7000-8000-00000000cccc",
        starts_at="2026-03-07T01:00:00Z",
        ends_at="2026-03-07T03:30:00Z",
        proposed_at="2026-03-02T04:00:00Z",
        asked_at="2026-03-02T04:05:00Z",
        reminded_at=None,
        decided_at=None,
        misfit_since=None,
        misfit_rules=[],
    )

    id: UUID
    version: int
    need_id: UUID
    line_id: UUID
    offer_id: UUID
    party_id: UUID
    party_name: str
    offer_title: str
    society: Society
    society_label: str
    kind: LineKind
    service: ServiceCode
    service_label: str
    quantity: int
    unit: Unit
    unit_label: str
    delivered: int
    weekdays: list[Weekday]
    scheme: AreaScheme
    area: str
    state: MatchState
    state_label: str
    decline_reason: DeclineReason | None = None
    decline_reason_label: str | None = None
    value: int
    terms: list[TermView]
    distance_metres: int | None = None
    reason_zh: str
    reason_en: str
    plan_sequence: int
    session_id: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    proposed_at: datetime
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    decided_at: datetime | None = None
    misfit_since: Annotated[
        datetime | None,
        Field(description="Since when it does not fit, though it was accepted and stands."),
    ] = None
    misfit_rules: list[str]
    entry: Annotated[
        EntryView | None,
        Field(description="What the service list says of the offer, where it stands for an entry."),
    ] = None

    @classmethod
    def of(cls, seen: SeenMatch, language: Language) -> Self:
        """Show a match to somebody who reads this language."""
        match, pairing, grounds = seen.match, seen.match.pairing, seen.match.grounds
        session = match.appointment
        return cls(
            id=match.id,
            version=match.version,
            need_id=pairing.need_id,
            line_id=pairing.line_id,
            offer_id=pairing.offer_id,
            party_id=pairing.party_id,
            party_name=seen.party.public_name,
            offer_title=seen.offer.supply.title,
            society=pairing.society,
            society_label=label(pairing.society, language),
            kind=pairing.kind,
            service=pairing.service,
            service_label=label(pairing.service, language),
            quantity=pairing.quantity,
            unit=pairing.unit,
            unit_label=label(pairing.unit, language),
            delivered=match.delivered,
            weekdays=in_order(seen.line.weekdays),
            scheme=seen.need.site.area.scheme,
            area=seen.need.site.area.code,
            state=match.state,
            state_label=label(match.state, language),
            decline_reason=match.reason,
            decline_reason_label=None if match.reason is None else label(match.reason, language),
            value=grounds.worth.total,
            terms=TermView.each(grounds.worth, language),
            distance_metres=grounds.worth.metres,
            reason_zh=seen.reason.zh,
            reason_en=seen.reason.en,
            plan_sequence=grounds.plan_sequence,
            session_id=None if session is None else session.session_id,
            starts_at=None if session is None else session.starts_at,
            ends_at=None if session is None else session.ends_at,
            proposed_at=match.proposed_at,
            asked_at=match.asked_at,
            reminded_at=match.reminded_at,
            decided_at=match.decided_at,
            misfit_since=None if match.misfit is None else match.misfit.since,
            misfit_rules=[] if match.misfit is None else list(match.misfit.rules),
            entry=EntryView.of(seen.offer.entry, language),
        )


class ProposalView(View):
    """A fact about a match, as the stream tells it."""

    model_config = example(
        sequence=41,
        **_IDS,
        version=2,
        scheme="nbs",
        area="210213009",
        state="asked",
        **_PAIRING,
        value=811,
        is_reminder=False,
        at="2026-03-02T04:05:00Z",
    )

    sequence: int
    match_id: UUID
    version: int
    need_id: UUID
    line_id: UUID
    offer_id: UUID
    party_id: UUID
    scheme: AreaScheme
    area: str
    state: MatchState
    society: Society
    service: ServiceCode
    quantity: int
    unit: Unit
    value: int
    is_reminder: bool = False
    at: datetime

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """Show a fact of the feed."""
        return cls(
            sequence=proposal.sequence,
            match_id=proposal.match_id,
            version=proposal.version,
            need_id=proposal.need_id,
            line_id=proposal.line_id,
            offer_id=proposal.offer_id,
            party_id=proposal.party_id,
            scheme=proposal.area.scheme,
            area=proposal.area.code,
            state=proposal.state,
            society=proposal.society,
            service=proposal.service,
            quantity=proposal.quantity,
            unit=proposal.unit,
            value=proposal.value,
            is_reminder=proposal.is_reminder,
            at=proposal.at,
        )
