"""An invitation counts once, for a while, and can be taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.entitlement import Days, Origin
from registry.domain.errors.accounts import GrantIncomplete
from registry.domain.errors.invitations import (
    InvitationAlreadyUsed,
    InvitationExpired,
    InvitationWithdrawn,
)
from registry.domain.invitation import (
    LONGEST_VALIDITY,
    Invitation,
    InvitationId,
    InvitationState,
    Promise,
    invite,
)
from registry.domain.secret import digest_of

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
XIANJIN = AreaRef(AreaScheme.NBS, "210213009")
WORKER = Grant(role=Role.STATION_WORKER, area=XIANJIN)


def an_invitation(
    *, grant: Grant = WORKER, lasting: timedelta = 7 * DAY, last: date | None = None
) -> Invitation:
    return invite(
        InvitationId(UUID(int=1)),
        Promise(grant=grant, days=Days(last=last)),
        place=XIANJIN,
        digest=digest_of("secret"),
        by="officer-1",
        at=NOW,
        lasting=lasting,
    )


def test_it_keeps_no_secret() -> None:
    assert "secret" not in repr(an_invitation()).replace("secret_", "")
    assert an_invitation().digest == digest_of("secret") != digest_of("Secret")


def test_whoever_comes_first_is_given_what_was_promised() -> None:
    used = an_invitation(last=date(2026, 3, 31)).use(by="worker-1", at=NOW + DAY)

    assert (used.state(NOW + DAY), used.used_by) == (InvitationState.USED, "worker-1")
    assert used.entitlement.origin is Origin.INVITATION
    assert used.entitlement.source == used.id
    assert used.entitlement.until == datetime(2026, 3, 31, 16, tzinfo=UTC)


def test_it_counts_once() -> None:
    used = an_invitation().use(by="worker-1", at=NOW)

    with pytest.raises(InvitationAlreadyUsed):
        used.use(by="worker-1", at=NOW)


def test_it_lasts_until_its_instant_and_never_longer_than_thirty_days() -> None:
    week, year = an_invitation(), an_invitation(lasting=365 * DAY)

    assert week.use(by="worker-1", at=NOW + 7 * DAY - timedelta(seconds=1)).used_by == "worker-1"
    with pytest.raises(InvitationExpired) as refusal:
        week.use(by="worker-1", at=NOW + 7 * DAY)
    assert refusal.value.expired_at == NOW + 7 * DAY
    assert year.expires_at == NOW + LONGEST_VALIDITY


def test_what_was_taken_back_gives_nothing() -> None:
    withdrawn = an_invitation().withdraw(at=NOW)

    with pytest.raises(InvitationWithdrawn):
        withdrawn.use(by="worker-1", at=NOW)
    with pytest.raises(InvitationWithdrawn):
        withdrawn.withdraw(at=NOW)


def test_one_that_was_used_can_still_be_taken_back_and_one_that_expired_cannot() -> None:
    used = an_invitation().use(by="worker-1", at=NOW)

    assert used.withdraw(at=NOW + 90 * DAY).state(NOW) is InvitationState.WITHDRAWN
    with pytest.raises(InvitationExpired):
        an_invitation().withdraw(at=NOW + 7 * DAY)


def test_a_promise_that_could_have_no_effect_is_refused() -> None:
    with pytest.raises(GrantIncomplete):
        an_invitation(grant=Grant(role=Role.STATION_WORKER))
