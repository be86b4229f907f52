"""What can be refused about entries of the service list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class ServiceEntryNotFound(NotFound, code="service-entry-not-found", zh="没有这个服务项目。"):
    """There is no such entry of the service list, or it is outside your area and organisation."""

    entry_id: UUID


@dataclass(eq=False)
class ServiceEntryIdTaken(
    Conflict, code="service-entry-id-taken", zh="这个编号已用于内容不同的服务项目。"
):
    """The id belongs to an entry with other content."""

    entry_id: UUID


@dataclass(eq=False)
class ServiceEntryChangedMeanwhile(
    Conflict,
    code="service-entry-changed-meanwhile",
    zh="该服务项目刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the entry at the same moment; read it again."""

    entry_id: UUID


@dataclass(eq=False)
class ServiceEntryIsWithdrawn(
    Conflict, code="service-entry-is-withdrawn", zh="该服务项目已经撤下。"
):
    """The entry was withdrawn, and that is final."""

    entry_id: UUID
    withdrawn_on: date


@dataclass(eq=False)
class ProviderMissing(
    RuleViolated, code="provider-missing", zh="服务项目须由一个站点或一个机构提供。"
):
    """An entry is of exactly one station or organisation."""


@dataclass(eq=False)
class UnknownProvider(RuleViolated, code="unknown-provider", zh="没有这个站点或机构。"):
    """No station and no organisation has the id of the provider."""

    provider_id: UUID


@dataclass(eq=False)
class ProviderNotServing(
    Conflict, code="provider-not-serving", zh="该站点没有启用，或该机构已被暂停。"
):
    """The station does not serve now, or the organisation is suspended."""

    provider_id: UUID


@dataclass(eq=False)
class UnitDoesNotFitService(
    RuleViolated, code="unit-does-not-fit-service", zh="这项服务不能用这个单位计量。"
):
    """Money is counted in yuan, goods in pieces, and nothing else is."""

    service: str
    unit: str


@dataclass(eq=False)
class CostIncomplete(RuleViolated, code="cost-incomplete", zh="定价收费须写明金额，其他情形不写。"):
    """A fixed price has an amount, and nothing else has."""


@dataclass(eq=False)
class ServiceDaysOutOfOrder(
    RuleViolated, code="service-days-out-of-order", zh="服务的结束日期早于开始日期。"
):
    """A service cannot end before it begins."""

    offered_from: date
    offered_until: date


@dataclass(eq=False)
class ConfidentialPlaceInFile(
    RuleViolated,
    code="confidential-place-in-file",
    zh="保密地址不能写在文件里，请在系统中填写。",
):
    """A confidential address is told to the registry itself, never in a file."""
