"""A one-time link: a party without an account answers one ask, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import Answer, Labelled
from registry.domain.errors.one_time_links import (
    LinkAlreadyUsed,
    LinkExpired,
    LinkExpiryOutOfRange,
    LinkReplaced,
)
from registry.domain.party import PartyId
from registry.domain.secret import Digest

LinkId = NewType("LinkId", UUID)

LONGEST: Final = timedelta(days=14)


class LinkState(Labelled):
    """Where a link stands in its life."""

    OPEN = "open", "待答复", "Open"
    USED = "used", "已答复", "Used"
    REPLACED = "replaced", "已被取代", "Replaced"
    EXPIRED = "expired", "已过期", "Expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the party said, and when."""

    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeLink:
    """One ask of a match, one party, one answer.

    What makes the link is known to whom it was sent and to nobody here: a digest is kept. Of
    several links for one ask only the newest counts.
    """

    id: LinkId
    match_id: UUID
    party_id: PartyId
    place: AreaRef
    digest: Digest
    made_by: str
    made_at: datetime
    expires_at: datetime
    answered: Answered | None = None
    replaced_at: datetime | None = None

    def state(self, at: datetime) -> LinkState:
        """Return where the link stands at an instant."""
        if self.answered is not None:
            return LinkState.USED
        if self.replaced_at is not None:
            return LinkState.REPLACED
        return LinkState.EXPIRED if self.expires_at <= at else LinkState.OPEN

    def use(self, answer: Answer, *, at: datetime) -> Change[OneTimeLink, LinkFact]:
        """Take the answer.

        Raises:
            LinkAlreadyUsed: It was answered before.
            LinkReplaced: A newer link counts.
            LinkExpired: It came too late.
        """
        if self.answered is not None:
            raise LinkAlreadyUsed(used_at=self.answered.at)
        if self.replaced_at is not None:
            raise LinkReplaced
        if self.expires_at <= at:
            raise LinkExpired(expired_at=self.expires_at)
        used = replace(self, answered=Answered(answer=answer, at=at))
        return Change(used, (AskWasAnswered(link=used, answer=answer, at=at),))

    def give_way(self, *, at: datetime) -> OneTimeLink:
        """Let a newer link for the same ask take its place.

        Raises:
            LinkAlreadyUsed: The ask has its answer.
        """
        if self.answered is not None:
            raise LinkAlreadyUsed(used_at=self.answered.at)
        return replace(self, replaced_at=self.replaced_at or at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWasAnswered:
    """A party without an account has answered an ask."""

    link: OneTimeLink
    answer: Answer
    at: datetime


LinkFact = AskWasAnswered


def mint(
    link_id: LinkId,
    *,
    match_id: UUID,
    party_id: PartyId,
    place: AreaRef,
    digest: Digest,
    by: str,
    at: datetime,
    expires_at: datetime,
) -> OneTimeLink:
    """Let whoever has the secret of this digest answer an ask in a party's name.

    Raises:
        LinkExpiryOutOfRange: It would be over already, or last for too long.
    """
    if not at < expires_at <= at + LONGEST:
        raise LinkExpiryOutOfRange(expires_at=expires_at)
    return OneTimeLink(
        id=link_id,
        match_id=match_id,
        party_id=party_id,
        place=place,
        digest=digest,
        made_by=by,
        made_at=at,
        expires_at=expires_at,
    )
