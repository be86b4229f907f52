"""What use cases ask of the keeping of one-time links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from common.change import Change
    from registry.domain.one_time_link import LinkFact, LinkId, OneTimeLink
    from registry.domain.party import PartyId
    from registry.domain.secret import Digest


class OneTimeLinks(Protocol):
    """The one-time links, as of the current transaction."""

    async def add(self, link: OneTimeLink, /) -> None:
        """Keep a new link, or raise ``LinkReplaced`` when somebody made another meanwhile."""
        ...

    async def get(self, link_id: LinkId, /) -> OneTimeLink:
        """Return a link, or raise ``LinkNotFound``."""
        ...

    async def with_secret(self, digest: Digest, /) -> OneTimeLink:
        """Return the link of a secret, and keep others off it, or raise ``LinkNotFound``."""
        ...

    async def of(self, match_id: UUID, party_id: PartyId, /) -> Sequence[OneTimeLink]:
        """Return the links for one ask, and keep others off them."""
        ...

    async def save(self, change: Change[OneTimeLink, LinkFact], /) -> None:
        """Store what became of a link and stage its facts."""
        ...
