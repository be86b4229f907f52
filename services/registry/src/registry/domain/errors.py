"""What the registry can refuse, in the words of those who build stations and vet helpers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class StationNotFound(NotFound, code="station-not-found", zh="没有这个社工站。"):
    """There is no such station, or it is outside your area."""

    station_id: UUID


@dataclass(eq=False)
class StationAlreadyOpen(Conflict, code="station-already-open", zh="该站点已经启用。"):
    """The station was opened before, and a station opens once."""

    station_id: UUID
    opened_on: date


@dataclass(eq=False)
class StationNotOpen(Conflict, code="station-not-open", zh="该站点尚未启用。"):
    """Only a station that has opened can close."""

    station_id: UUID


@dataclass(eq=False)
class StationAlreadyClosed(Conflict, code="station-already-closed", zh="该站点已经关闭。"):
    """The station was closed before, and a closure is final."""

    station_id: UUID
    closed_on: date


@dataclass(eq=False)
class StationChangedMeanwhile(
    Conflict, code="station-changed-meanwhile", zh="该站点刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the station at the same moment; read it again."""

    station_id: UUID


@dataclass(eq=False)
class StationIdTaken(Conflict, code="station-id-taken", zh="这个编号已用于内容不同的站点。"):
    """The id belongs to a station with other content."""

    station_id: UUID


@dataclass(eq=False)
class AreaAlreadyServed(
    Conflict, code="area-already-served", zh="该区划在这一层级已有启用的站点。"
):
    """The area already has an open station of this tier."""

    tier: str
    scheme: str
    area: str


@dataclass(eq=False)
class TierDoesNotFitArea(
    RuleViolated, code="tier-does-not-fit-area", zh="站点层级与区划级别不相符。"
):
    """A station of this tier cannot serve an area of this level."""

    tier: str
    level: str


@dataclass(eq=False)
class StationDaysOutOfOrder(
    RuleViolated, code="station-days-out-of-order", zh="站点的日期先后不合理。"
):
    """A station is planned, then opened, then closed; the days say otherwise."""

    earlier: date
    later: date


@dataclass(eq=False)
class DayInTheFuture(RuleViolated, code="day-in-the-future", zh="该日期尚未到来。"):
    """Something that happened cannot have a day that has not come yet."""

    day: date
    today: date


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
class AccountNotFound(NotFound, code="account-not-found", zh="没有这个账户。"):
    """Nobody with this login has been granted anything yet."""

    sub: str


@dataclass(eq=False)
class AccountChangedMeanwhile(
    Conflict, code="account-changed-meanwhile", zh="该账户刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the account at the same moment; read it again."""

    sub: str


@dataclass(eq=False)
class GrantIncomplete(
    RuleViolated, code="grant-incomplete", zh="该角色的授权缺少区划或机构，或多填了一项。"
):
    """The role needs an area, an organisation or neither, and the grant says otherwise."""

    role: str
    needs: str


@dataclass(eq=False)
class UnknownOrganisation(RuleViolated, code="unknown-organisation", zh="授权所指的机构尚未登记。"):
    """No party is registered under the organisation of the grant."""

    org: UUID


@dataclass(eq=False)
class AreaNotFound(NotFound, code="area-not-found", zh="没有这个区划。"):
    """No area of the list in force has this code."""

    scheme: str
    area: str


@dataclass(eq=False)
class AreaListNotFound(NotFound, code="area-list-not-found", zh="没有这份区划名录。"):
    """There is no such list of areas."""

    list_id: UUID


@dataclass(eq=False)
class AreaListSuperseded(Conflict, code="area-list-superseded", zh="这份区划名录已被新名录取代。"):
    """A newer list of areas has taken the place of this one."""

    list_id: UUID
    in_force: UUID


@dataclass(eq=False)
class AreasWouldBeLost(
    Conflict, code="areas-would-be-lost", zh="现行名录中有新名录没有的区划，不能取代。"
):
    """The list in force is of the same day and has areas that this one lacks."""

    list_id: UUID
    in_force: UUID
    lost: int
