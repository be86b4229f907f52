"""What use cases ask of the search for what was entered twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Scope
    from registry.domain.duplicates import Candidate
    from registry.domain.party import Party


class Duplicates(Protocol):
    """The comparison of records, without opening any."""

    async def of(self, party: Party, scope: Scope, /) -> Sequence[Candidate]:
        """Return the parties in the scope, alike in kind, that have anything in common with one.

        What they share beyond the organisation alone counts; nothing personal is read.
        """
        ...
