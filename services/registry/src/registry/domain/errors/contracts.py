"""What can be refused about service contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound


@dataclass(eq=False)
class ContractNotFound(NotFound, code="contract-not-found", zh="没有这份购买服务合同。"):
    """There is no such contract, or it is outside your area and organisation."""

    contract_id: UUID


@dataclass(eq=False)
class ContractIdTaken(Conflict, code="contract-id-taken", zh="这个编号已用于内容不同的合同。"):
    """The id belongs to a contract with other content."""

    contract_id: UUID


@dataclass(eq=False)
class ContractChangedMeanwhile(
    Conflict, code="contract-changed-meanwhile", zh="该合同刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the contract at the same moment; read it again."""

    contract_id: UUID


@dataclass(eq=False)
class ContractOverlaps(Conflict, code="contract-overlaps", zh="所列站点在此期间已有购买服务合同。"):
    """One of the stations is under another contract on some of the days."""

    contract_id: UUID


@dataclass(eq=False)
class ContractAlreadyRenewed(Conflict, code="contract-already-renewed", zh="该合同已经续签。"):
    """The contract was renewed before; renew the one that follows it."""

    contract_id: UUID


@dataclass(eq=False)
class ContractTerminated(Conflict, code="contract-terminated", zh="该合同已提前终止。"):
    """The contract was ended before its time."""

    contract_id: UUID
    ended_on: date


@dataclass(eq=False)
class ContractEndsEarlier(Conflict, code="contract-ends-earlier", zh="合同在该日期前已到期。"):
    """By that day the contract has run out by itself."""

    contract_id: UUID
    ends_on: date
