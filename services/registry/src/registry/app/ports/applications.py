"""What use cases ask of the keeping of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.partner_application import (
        ApplicationId,
        ApplicationState,
        PartnerApplication,
    )


class Applications(Protocol):
    """The applications, as of the current transaction."""

    async def add(self, application: PartnerApplication, /) -> None:
        """Keep a new application."""
        ...

    async def get(
        self, application_id: ApplicationId, /, *, is_held: bool = False
    ) -> PartnerApplication:
        """Return an application, or raise ``ApplicationNotFound``.

        One that is held is changed by nobody else before the end of the transaction.
        """
        ...

    async def save(self, application: PartnerApplication, /) -> None:
        """Store what was decided."""
        ...

    async def page(
        self, state: ApplicationState | None, scope: Scope, window: Window, /
    ) -> Slice[PartnerApplication]:
        """Return the applications within the scope, in the order of their ids."""
        ...
