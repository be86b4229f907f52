"""Refusals leave a line and a count: which right was missing, and a name only we can resolve.

The caller is told by a digest of the account, so that the log can show that one account is refused
again and again without saying whose it is; whoever may read accounts can compute the same digest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import structlog

from common.grants import OutsideYourScope, RoleNotPermitted
from common.http.refusals import Unauthenticated
from common.metrics import AUTHN_REFUSED, AUTHZ_DENIED

if TYPE_CHECKING:
    from common.errors import DomainError

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger("audit")


def note_refusal(error: DomainError, *, sub: str | None) -> None:
    """Count and log a refusal that is about who called; others are nobody's concern."""
    if isinstance(error, Unauthenticated):
        AUTHN_REFUSED.labels(error.reason).inc()
        log.info("refused", code=error.code, reason=error.reason)
    elif isinstance(error, RoleNotPermitted | OutsideYourScope):
        AUTHZ_DENIED.labels(error.permission).inc()
        log.info(
            "refused", code=error.code, permission=error.permission, caller=sub and digest_of(sub)
        )


def digest_of(sub: str) -> str:
    """Return the name of an account in the log."""
    return hashlib.blake2b(sub.encode(), digest_size=6).hexdigest()
