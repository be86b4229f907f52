"""Who runs an area that lies in another one: an authority other than the list says.

Three subdistricts of Jiyang are part of Jiyang in every list, and run by the authority of Jinan's
start-up zone. Whoever counts or supervises the townships of Jiyang means the other seven.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.places import AreaRef
from registry.domain.days import refuse_future
from registry.domain.errors.areas import AdministrationDaysOutOfOrder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """An area is run by the authority of another one from a day on, until a day or for good.

    ``authority`` is what people call that authority, ``document`` the paper that says so.
    """

    area: AreaRef
    administered_by: str
    authority: str
    since_on: date
    until_on: date | None = None
    document: str = ""

    def is_in_force(self, day: date) -> bool:
        """Tell whether it holds on a day; the day on which it ends is the first without it."""
        return self.since_on <= day and (self.until_on is None or day < self.until_on)

    def refuse_nonsense(self, *, at: datetime) -> None:
        """Make sure that its days can be.

        Raises:
            DayInTheFuture: A day has not come; what is to be is entered when it is.
            AdministrationDaysOutOfOrder: It would end before it began.
        """
        refuse_future(self.since_on, at=at)
        if self.until_on is not None:
            refuse_future(self.until_on, at=at)
            if self.until_on <= self.since_on:
                raise AdministrationDaysOutOfOrder(
                    area=self.area.code, since_on=self.since_on, until_on=self.until_on
                )


def administered_on(administrations: Iterable[Administration], day: date) -> dict[str, str]:
    """Return, by the code of each area that another authority runs on a day, who runs it."""
    return {
        each.area.code: each.administered_by for each in administrations if each.is_in_force(day)
    }
