"""Grants, invitations and substitutions in any order and at any time, beside an oracle.

The oracle keeps no state of accounts: it works out who may do what from the list of everything
that was ever wished for, as a person with a calendar would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from moving_clock import NOON

from common.clock import CHINA
from common.errors import DomainError
from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.account import AccountId, new_account
from registry.domain.entitlement import Days
from registry.domain.invitation import InvitationId, Promise, invite
from registry.domain.secret import digest_of
from registry.domain.substitution import Absence, SubstitutionId, stand_in

if TYPE_CHECKING:
    from datetime import date, datetime

    from registry.domain.account import Account
    from registry.domain.entitlement import Entitlement
    from registry.domain.invitation import Invitation
    from registry.domain.substitution import Substitution

SUBS = ("lin", "wang", "zhao")
AREA = AreaRef(AreaScheme.NBS, "210213009")
GRANTS = (
    Grant(role=Role.STATION_WORKER, area=AREA),
    Grant(role=Role.COMMUNITY_WORKER, area=AREA),
)
subs, grants = st.sampled_from(SUBS), st.sampled_from(GRANTS)
offsets = st.integers(min_value=-2, max_value=6)


@dataclass(frozen=True)
class Wish:
    """Somebody was given a grant for some days; ``until`` is when that was taken back."""

    sub: str
    grant: Grant
    days: Days
    source: UUID | None
    absent: str | None
    taken_back: bool = False

    def holds(self, day: date) -> bool:
        first, last = self.days.first, self.days.last
        begun = first is None or first <= day
        return begun and (last is None or day <= last) and not self.taken_back


class Access(RuleBasedStateMachine):
    """Moves the clock by hours, and looks at midnight in China like everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOON
        self.number = 0
        self.accounts = {
            sub: new_account(AccountId(UUID(int=index + 1)), sub=sub)
            for index, sub in enumerate(SUBS)
        }
        self.invitations: list[Invitation] = []
        self.substitutions: list[Substitution] = []
        self.wishes: list[Wish] = []

    @property
    def today(self) -> date:
        return self.now.astimezone(CHINA).date()

    def new_id(self) -> UUID:
        self.number += 1
        return UUID(int=1000 + self.number)

    def days(self, first: int | None, length: int | None) -> Days:
        start = None if first is None else self.today + timedelta(days=first)
        end = None if length is None else (start or self.today) + timedelta(days=length)
        return Days(first=start, last=end)

    def put(self, account: Account) -> None:
        before = self.accounts[account.sub]
        assert account.version >= before.version
        self.accounts[account.sub] = account
        self.follow(account)

    def follow(self, account: Account) -> None:
        """End what has lost its ground, as the keeping of accounts does in its transaction."""
        for place, each in enumerate(self.substitutions):
            if each.ended_at is not None or each.entitlement.is_over(self.now):
                continue
            lost = each.absence.absent == account.sub and not account.owns(
                each.absence.grant, at=self.now
            )
            if lost or (each.substitute == account.sub and not account.holds_from(each.id)):
                self.substitutions[place] = each.end(at=self.now)
                self.put(self.accounts[each.substitute].dispossess(each.id, at=self.now).state)

    def give(self, sub: str, entitlement: Entitlement) -> None:
        self.put(self.accounts[sub].entitle(entitlement, at=self.now).state)

    def wish(self, wish: Wish) -> None:
        self.wishes.append(wish)

    def take_back(self, sub: str, source: UUID | None = None) -> None:
        self.wishes = [
            replace(wish, taken_back=True)
            if wish.sub == sub and (source is None or wish.source == source)
            else wish
            for wish in self.wishes
        ]
        self.oracle_follows()

    def oracle_follows(self) -> None:
        """What the absent person has lost for good is lost to whoever stands in."""
        self.wishes = [
            replace(wish, taken_back=True)
            if wish.absent is not None and not self.owns(wish.absent, wish.grant)
            else wish
            for wish in self.wishes
        ]

    def owns(self, sub: str, grant: Grant) -> bool:
        return any(
            (wish.sub, wish.grant, wish.absent, wish.taken_back) == (sub, grant, None, False)
            and (wish.days.last is None or wish.days.last >= self.today)
            for wish in self.wishes
        )

    @rule(hours=st.integers(min_value=1, max_value=60))
    def time_passes(self, hours: int) -> None:
        # The clock is looked at every second; between two looks nothing else happens.
        for _ in range(hours):
            self.now += timedelta(hours=1)
            for sub in SUBS:
                self.put(self.accounts[sub].keep_time(at=self.now).state)
            self.oracle_follows()

    @rule(sub=subs, grant=grants)
    def an_administrator_puts_one_grant(self, sub: str, grant: Grant) -> None:
        self.take_back(sub)
        self.wish(Wish(sub, grant, Days(), None, None))
        self.put(self.accounts[sub].regrant([grant], at=self.now).state)
        self.oracle_follows()
        # Whoever stood in for what was there before and is there again, goes on standing in.
        self.restore(sub)

    def restore(self, sub: str) -> None:
        going_on = {each.id for each in self.substitutions if each.ended_at is None}
        self.wishes = [
            replace(wish, taken_back=False)
            if wish.absent == sub and wish.source in going_on and self.owns(sub, wish.grant)
            else wish
            for wish in self.wishes
        ]

    @rule(sub=subs)
    def an_administrator_revokes_everything(self, sub: str) -> None:
        self.take_back(sub)
        self.put(self.accounts[sub].regrant([], at=self.now).state)

    @rule(grant=grants, first=st.none() | offsets, length=st.none() | st.integers(0, 4))
    def somebody_is_invited(self, grant: Grant, first: int | None, length: int | None) -> None:
        invitation = invite(
            InvitationId(self.new_id()),
            Promise(grant=grant, days=self.days(first, length)),
            place=AREA,
            digest=digest_of("secret"),
            by="officer",
            at=self.now,
            lasting=timedelta(days=2),
        )
        self.invitations.append(invitation)

    @rule(sub=subs, pick=st.integers(min_value=0))
    def somebody_comes_with_an_invitation(self, sub: str, pick: int) -> None:
        if not self.invitations:
            return
        place = pick % len(self.invitations)
        found = self.invitations[place]
        counts = (
            found.used_at is None and found.withdrawn_at is None and self.now < found.expires_at
        )
        try:
            used = found.use(by=sub, at=self.now)
        except DomainError:
            assert not counts
            return
        assert counts
        self.invitations[place] = used
        self.give(sub, used.entitlement)
        self.wish(Wish(sub, found.promise.grant, found.promise.days, found.id, None))

    @rule(pick=st.integers(min_value=0))
    def an_invitation_is_taken_back(self, pick: int) -> None:
        if not self.invitations:
            return
        place = pick % len(self.invitations)
        found = self.invitations[place]
        counts = found.withdrawn_at is None and (
            found.used_at is not None or self.now < found.expires_at
        )
        try:
            self.invitations[place] = found.withdraw(at=self.now)
        except DomainError:
            assert not counts
            return
        assert counts
        if found.used_by is not None:
            self.take_back(found.used_by, found.id)
            account = self.accounts[found.used_by]
            self.put(account.dispossess(found.id, at=self.now).state)

    @rule(absent=subs, substitute=subs, grant=grants, first=offsets, length=st.integers(0, 4))
    def somebody_stands_in(
        self, absent: str, substitute: str, grant: Grant, first: int, length: int
    ) -> None:
        days = self.days(first, length)
        assert days.first is not None
        assert days.last is not None
        absence = Absence(absent=absent, grant=grant, first_on=days.first, last_on=days.last)
        owns = self.accounts[absent].owns(grant, at=self.now)
        assert owns == self.owns(absent, grant)
        if not owns:
            return
        going_on = [each for each in self.substitutions if each.ended_at is None]
        is_free = not any(
            (wish.absent, wish.grant, wish.taken_back) == (absent, grant, False)
            and wish.days.first is not None
            and wish.days.last is not None
            and wish.days.first <= days.last
            and days.first <= wish.days.last
            for wish in self.wishes
        )
        try:
            planned = stand_in(
                SubstitutionId(self.new_id()),
                absence,
                substitute=substitute,
                others=going_on,
                place=AREA,
                by="supervisor",
                at=self.now,
            )
        except DomainError:
            assert absent == substitute or days.last < self.today or not is_free
            return
        assert is_free
        self.substitutions.append(planned)
        self.give(substitute, planned.entitlement)
        self.wish(Wish(substitute, grant, days, planned.id, absent))

    @rule(pick=st.integers(min_value=0))
    def a_substitution_is_ended(self, pick: int) -> None:
        if not self.substitutions:
            return
        place = pick % len(self.substitutions)
        found = self.substitutions[place]
        try:
            self.substitutions[place] = found.end(at=self.now)
        except DomainError:
            return
        self.take_back(found.substitute, found.id)
        account = self.accounts[found.substitute]
        self.put(account.dispossess(found.id, at=self.now).state)

    @invariant()
    def everybody_may_do_what_the_calendar_says(self) -> None:
        for sub, account in self.accounts.items():
            wanted = {
                wish.grant for wish in self.wishes if wish.sub == sub and wish.holds(self.today)
            }
            assert set(account.grants) == wanted, (sub, self.now)


TestAccess = Access.TestCase
TestAccess.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
