"""What can be refused about one-time links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class LinkNotFound(NotFound, code="link-not-found", zh="没有这个一次性链接。"):
    """There is no such link, or it is outside your area."""


@dataclass(eq=False)
class LinkAlreadyUsed(Conflict, code="link-already-used", zh="这个链接已经使用过。"):
    """The link was used before, and it counts once."""

    used_at: datetime


@dataclass(eq=False)
class LinkExpired(Conflict, code="link-expired", zh="这个链接已过期。"):
    """The link has expired; the station can send a new one if the ask still stands."""

    expired_at: datetime


@dataclass(eq=False)
class LinkReplaced(Conflict, code="link-replaced", zh="这个链接已被新的链接取代。"):
    """A newer link for the same ask has taken the place of this one."""


@dataclass(eq=False)
class LinkExpiryOutOfRange(
    RuleViolated, code="link-expiry-out-of-range", zh="链接的有效期须在未来 14 天之内。"
):
    """A link expires in the future, and at most fourteen days from now."""

    expires_at: datetime
