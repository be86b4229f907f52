"""What can be refused about parties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class PartyNotFound(NotFound, code="party-not-found", zh="没有这个主体。"):
    """There is no such party, or it is outside your area and organisation."""

    party_id: UUID


@dataclass(eq=False)
class PartyIsSuspended(Conflict, code="party-is-suspended", zh="该主体已被暂停。"):
    """The party was suspended and has not been approved again."""

    party_id: UUID
    suspended_on: date


@dataclass(eq=False)
class PartyChangedMeanwhile(
    Conflict, code="party-changed-meanwhile", zh="该主体刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the party at the same moment; read it again."""

    party_id: UUID


@dataclass(eq=False)
class PartyIdTaken(Conflict, code="party-id-taken", zh="这个编号已用于内容不同的主体。"):
    """The id belongs to a party with other content."""

    party_id: UUID


@dataclass(eq=False)
class PersonNeedsPublicNumber(
    RuleViolated, code="person-needs-public-number", zh="个人只能以公开编号登记，不能用姓名。"
):
    """A person is registered under a public number, never under a name."""


@dataclass(eq=False)
class VettingDaysOutOfOrder(
    RuleViolated, code="vetting-days-out-of-order", zh="审查有效期不能早于审查日期。"
):
    """A vetting cannot end before the day on which it was done."""

    vetted_on: date
    valid_until: date


@dataclass(eq=False)
class PartyAlreadyApproved(Conflict, code="party-already-approved", zh="该主体已核准。"):
    """The party is approved, and nothing more is asked of it."""

    party_id: UUID


@dataclass(eq=False)
class PartyNotApproved(Conflict, code="party-not-approved", zh="该主体目前不是已核准状态。"):
    """The party is not approved at present, so this cannot be done with it."""

    party_id: UUID
    standing: str


@dataclass(eq=False)
class RecertificationDueTooEarly(
    RuleViolated, code="recertification-due-too-early", zh="重新核证的期限须晚于提出之日。"
):
    """A recertification cannot be due before or on the day on which it is asked for."""

    required_on: date
    due_on: date


@dataclass(eq=False)
class PartyWasMerged(Conflict, code="party-was-merged", zh="该主体已并入另一主体。"):
    """The party was entered twice and lives on as another one; decide about that one."""

    party_id: UUID
    survivor_id: UUID


@dataclass(eq=False)
class PartiesNotAlike(RuleViolated, code="parties-not-alike", zh="两者不是同类主体，不能合并。"):
    """Only two different parties of the same society and kind can have been entered twice."""

    party_id: UUID
    survivor_id: UUID
