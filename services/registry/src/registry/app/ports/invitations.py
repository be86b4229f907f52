"""What use cases ask of the keeping of invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.invitation import Invitation, InvitationId
    from registry.domain.secret import Digest


class Invitations(Protocol):
    """The invitations, as of the current transaction."""

    async def add(self, invitation: Invitation, /) -> None:
        """Keep a new invitation."""
        ...

    async def get(self, invitation_id: InvitationId, /, *, is_held: bool = False) -> Invitation:
        """Return an invitation, perhaps keeping others off it, or raise ``InvitationNotFound``."""
        ...

    async def with_secret(self, digest: Digest, /) -> Invitation:
        """Return the invitation of a secret, and keep others off it.

        Raises:
            InvitationNotFound: No invitation has this secret.
        """
        ...

    async def save(self, invitation: Invitation, /) -> None:
        """Store what became of an invitation."""
        ...

    async def page(self, scope: Scope, window: Window, /) -> Slice[Invitation]:
        """Return the invitations within the scope, in the order of their ids."""
        ...
