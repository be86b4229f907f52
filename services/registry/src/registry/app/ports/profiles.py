"""What use cases ask of the keeping of what is said about parties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from registry.domain.organisation import Organisation
    from registry.domain.party import PartyId
    from registry.domain.social_worker import SocialWorker
    from registry.domain.volunteer import Volunteer

P = TypeVar("P")


class Shelf(Protocol[P]):
    """One kind of profile, as of the current transaction."""

    async def find(self, party_id: PartyId, /) -> P | None:
        """Return what is said about a party, if anything is."""
        ...

    async def find_many(self, ids: Collection[PartyId], /) -> Mapping[PartyId, P]:
        """Return what is said about those of the parties about which anything is."""
        ...

    async def put_all(self, profiles: Sequence[P], /) -> None:
        """Store profiles in their versions, all or none, or raise as ``put`` does."""
        ...

    async def put(self, profile: P, /) -> None:
        """Store a profile in its version, the first or the one after what is there.

        Raises:
            ProfileChangedMeanwhile: Somebody else was faster.
            CreditCodeTaken: Another organisation has the code.
        """
        ...


class Profiles(Protocol):
    """All that is said about parties."""

    @property
    def workers(self) -> Shelf[SocialWorker]:
        """Of social workers."""
        ...

    @property
    def volunteers(self) -> Shelf[Volunteer]:
        """Of volunteers."""
        ...

    @property
    def organisations(self) -> Shelf[Organisation]:
        """Of organisations, communities and providers."""
        ...
