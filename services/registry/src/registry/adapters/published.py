"""Facts inside become events outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts.registry import (
    AccountChanged,
    AreaListPublished,
    AskAnswered,
    GrantHeld,
    PartyApproved,
    PartyMerged,
    PartyRecertificationRequired,
    PartyRegistered,
    PartySuspended,
    PartyVetted,
    PlaceCode,
)
from common.messaging.event import Message
from registry.domain.party import (
    PartyHasToBeRecertified,
    PartyWasApproved,
    PartyWasMergedInto,
    PartyWasRegistered,
    PartyWasSuspended,
    PartyWasVetted,
)
from registry.domain.standing import name_of

if TYPE_CHECKING:
    from common.contracts.registry import PartyEvent
    from common.grants import Grant
    from registry.app.ports.areas import AreaList
    from registry.domain.account import AccountFact
    from registry.domain.one_time_link import LinkFact
    from registry.domain.party import PartyFact


def about_party(fact: PartyFact) -> Message:
    """Return what others are told about a party."""
    event = _party_event(fact)
    return Message(
        event=event,
        version=fact.party.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_account(fact: AccountFact) -> Message:
    """Return what others are told about an account."""
    account = fact.account
    event = AccountChanged(
        account_id=account.id,
        sub=account.sub,
        grants=tuple(grant_held(grant) for grant in account.grants),
    )
    return Message(
        event=event,
        version=account.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_link(fact: LinkFact) -> Message:
    """Return what others are told about an answer; a link is answered once."""
    link = fact.link
    event = AskAnswered(
        link_id=link.id,
        match_id=link.match_id,
        party_id=link.party_id,
        answer=fact.answer,
        answered_at=fact.at,
    )
    return Message(event=event, version=1, partition_key=event.subject, occurred_at=fact.at)


def about_area_list(published: AreaList) -> Message:
    """Return the announcement of a list; a list is published once and never changes."""
    event = AreaListPublished(
        list_id=published.list_id,
        scheme=published.scheme,
        edition=published.edition,
        count=published.count,
        sha256=published.sha256,
        path=published.path,
    )
    return Message(
        event=event, version=1, partition_key=event.subject, occurred_at=published.published_at
    )


def grant_held(grant: Grant) -> GrantHeld:
    """Return a grant as it travels and is stored."""
    area = grant.area
    return GrantHeld(
        role=grant.role,
        scheme=area.scheme if area else None,
        area=area.code if area else None,
        org=grant.org,
    )


def _party_event(fact: PartyFact) -> PartyEvent:
    party = fact.party
    match fact:
        case PartyWasRegistered():
            return PartyRegistered(
                party_id=party.id,
                society=party.society,
                public_name=party.public_name,
                place=PlaceCode.of(party.area),
                standing=name_of(party.standing),
            )
        case PartyWasApproved(on=day):
            return PartyApproved(party_id=party.id, approved_on=day)
        case PartyHasToBeRecertified(recertification=asked):
            return PartyRecertificationRequired(
                party_id=party.id, required_on=asked.required_on, due_on=asked.due_on
            )
        case PartyWasMergedInto(merger=merger):
            return PartyMerged(
                party_id=party.id, survivor_id=merger.survivor_id, merged_on=merger.merged_on
            )
        case PartyWasVetted(vetting=vetting):
            return PartyVetted(
                party_id=party.id, vetted_on=vetting.vetted_on, valid_until=vetting.valid_until
            )
        case PartyWasSuspended(suspension=suspension):
            return PartySuspended(party_id=party.id, suspended_on=suspension.suspended_on)
