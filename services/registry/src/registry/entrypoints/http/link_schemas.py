"""One-time links as callers send and receive them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Instant, example, label
from common.vocabulary import Answer
from registry.app.mint_links import MintLink
from registry.domain.one_time_link import LinkState, OneTimeLink
from registry.domain.party import PartyId
from registry.entrypoints.http.invitation_schemas import SECRET_SHOWN, Secret

_ASKED = {
    "match_id": "0192d3c4-5b6a-7890-8abc-def012345679",
    "party_id": "0192d3c4-5b6a-7890-8abc-def01234567a",
    "expires_at": "2026-03-04T04:00:00Z",
}
_SHOWN = {
    "id": "0192d3c4-5b6a-7890-8abc-def012345678",
    **_ASKED,
    "state": "open",
    "state_label": "待答复",
    "made_at": "2026-03-01T04:00:00Z",
    "answer": None,
    "answered_at": None,
}


class LinkToMint(Body):
    """Which party answers the ask of which match, and until when: at most fourteen days."""

    model_config = example(**_ASKED)

    match_id: UUID
    party_id: UUID
    expires_at: Instant

    def command(self) -> MintLink:
        """Return what is to be done."""
        return MintLink(
            match_id=self.match_id, party_id=PartyId(self.party_id), expires_at=self.expires_at
        )


class AnswerToGive(Body):
    """The secret of the link, and what the party says."""

    model_config = example(secret=SECRET_SHOWN, answer="accepted")

    secret: Secret
    answer: Answer


class LinkView(View):
    """A link, without what makes it, and the answer that came by it."""

    model_config = example(**_SHOWN)

    id: UUID
    match_id: UUID
    party_id: UUID
    state: LinkState
    state_label: str
    made_at: datetime
    expires_at: datetime
    answer: Answer | None
    answered_at: datetime | None

    @classmethod
    def of(cls, link: OneTimeLink, language: Language, *, at: datetime) -> Self:
        """Show a link as it is at an instant."""
        state, answered = link.state(at), link.answered
        return cls(
            id=link.id,
            match_id=link.match_id,
            party_id=link.party_id,
            state=state,
            state_label=label(state, language),
            made_at=link.made_at,
            expires_at=link.expires_at,
            answer=None if answered is None else answered.answer,
            answered_at=None if answered is None else answered.at,
        )


class LinkMintedView(LinkView):
    """A new link with its secret, which is told once.

    Put it behind the `#` of an address, so that no server's log has it.
    """

    model_config = example(**_SHOWN, secret=SECRET_SHOWN)

    secret: str | None = None

    @classmethod
    def minted(cls, link: OneTimeLink, secret: str, language: Language, *, at: datetime) -> Self:
        """Show a new link."""
        return cls.of(link, language, at=at).model_copy(update={"secret": secret})


class AnswerTakenView(View):
    """What was answered, as the party is told that has no account."""

    model_config = example(
        answer="accepted", answer_label="接受", answered_at="2026-03-01T05:00:00Z"
    )

    answer: Answer
    answer_label: str
    answered_at: datetime
