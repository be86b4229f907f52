"""What use cases ask of the keeping of substitutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.substitution import Substitution, SubstitutionId


class Substitutions(Protocol):
    """The substitutions, as of the current transaction."""

    async def add(self, substitution: Substitution, /) -> None:
        """Keep a new substitution."""
        ...

    async def get(
        self, substitution_id: SubstitutionId, /, *, is_held: bool = False
    ) -> Substitution:
        """Return a substitution, or raise ``SubstitutionNotFound``.

        One that is held is changed by nobody else before the end of the transaction.
        """
        ...

    async def save(self, substitution: Substitution, /) -> None:
        """Store what became of a substitution."""
        ...

    async def of(self, sub: str, day: date, /) -> Sequence[Substitution]:
        """Return those that a login has a part in and that reach to a day or beyond, not ended."""
        ...

    async def page(self, scope: Scope, window: Window, /) -> Slice[Substitution]:
        """Return the substitutions within the scope, in the order of their ids."""
        ...
