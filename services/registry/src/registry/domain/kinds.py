"""Which parties may stand where in a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.vocabulary import Society

if TYPE_CHECKING:
    from registry.domain.party import Party


def is_person(party: Party) -> bool:
    """Tell whether it is a person, of whichever society."""
    return party.is_person


def is_social_worker(party: Party) -> bool:
    """Tell whether it is a person who is a social worker."""
    return party.is_person and party.society is Society.SOCIAL_WORKER


def is_organisation(party: Party) -> bool:
    """Tell whether it is a social organisation, such as an agency."""
    return not party.is_person and party.society is Society.SOCIAL_ORGANISATION


def is_body(party: Party) -> bool:
    """Tell whether it is no person, of whichever society: a university, a community, a fund."""
    return not party.is_person
