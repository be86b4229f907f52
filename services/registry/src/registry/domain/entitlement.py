"""Why an account holds a grant, and from when until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.clock import CHINA
from common.grants import Grant
from common.vocabulary import Labelled
from registry.domain.errors.accounts import GrantDaysOutOfOrder

if TYPE_CHECKING:
    from collections.abc import Iterable


class Origin(Labelled):
    """How a grant came to an account."""

    DIRECT = "direct", "直接授权", "Granted directly"
    INVITATION = "invitation", "凭邀请取得", "By an invitation"
    SUBSTITUTION = "substitution", "替班", "As a substitute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A time in whole days as China counts them, both ends included; without an end it lasts."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse a time that ends before it begins.

        Raises:
            GrantDaysOutOfOrder: It does.
        """
        if self.first is not None and self.last is not None and self.last < self.first:
            raise GrantDaysOutOfOrder(first=self.first, last=self.last)

    @property
    def since(self) -> datetime | None:
        """The instant at which the time begins."""
        return None if self.first is None else _midnight(self.first)

    @property
    def until(self) -> datetime | None:
        """The instant at which the time is over."""
        return None if self.last is None else _midnight(self.last + timedelta(days=1))


ALWAYS: Final = Days()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """A grant that is or will be held: from an instant on, and not any more at another.

    ``source`` is the invitation or the substitution that it came by.
    """

    grant: Grant
    origin: Origin = Origin.DIRECT
    source: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the grant is in force at an instant."""
        return not self.is_over(at) and (self.since is None or self.since <= at)

    def is_over(self, at: datetime) -> bool:
        """Tell whether the grant is in force neither at the instant nor ever after."""
        return self.until is not None and self.until <= at

    @property
    def is_own(self) -> bool:
        """Whether it is the account's own, so that a substitute can take it for a while."""
        return self.origin is not Origin.SUBSTITUTION


def in_force(entitlements: Iterable[Entitlement], at: datetime) -> tuple[Grant, ...]:
    """Return the grants that hold at an instant, each once, in the order of the entitlements."""
    return tuple(dict.fromkeys(each.grant for each in entitlements if each.holds(at)))


def next_change(entitlements: Iterable[Entitlement], at: datetime) -> datetime | None:
    """Return the first instant after ``at`` at which one of them begins or is over."""
    borders = [border for each in entitlements for border in (each.since, each.until)]
    return min((border for border in borders if border is not None and border > at), default=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
