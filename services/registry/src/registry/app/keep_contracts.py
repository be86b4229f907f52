"""Signing, renewing and ending service contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.clearance import cleared, system
from common.places import AreaRef
from registry.app.permissions import WRITE_CONTRACTS
from registry.app.places import area_within, is_under
from registry.domain.contract import ContractId, TerminationReason, sign_contract
from registry.domain.errors.references import UnknownStation
from registry.domain.kinds import is_organisation
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from common.change import Change
    from common.clock import Clock
    from common.grants import Scope
    from common.places import Area
    from registry.app.creations import Made
    from registry.app.keep_records import RecordKeeping
    from registry.app.ports.areas import Areas
    from registry.app.ports.contracts import ContractFilter
    from registry.app.ports.stations import Stations
    from registry.app.references import References
    from registry.domain.contract import Contract, ContractFact


@dataclass(frozen=True, slots=True, kw_only=True)
class SignContract:
    """Note a contract; the stations have to lie within its area."""

    id: UUID | None
    buyer: str
    agency: UUID
    area: AreaRef
    stations: tuple[UUID, ...]
    amount_fen: int
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewContract:
    """Sign the next contract for the same work, from the day after."""

    id: UUID | None
    contract_id: UUID
    amount_fen: int
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateContract:
    """End a contract before its time; ``seen`` is the version that the caller decided upon."""

    contract_id: UUID
    ended_on: date
    reason: TerminationReason
    seen: int | None = None


class KeepingContracts:
    """What is done with service contracts."""

    def __init__(
        self,
        keeping: RecordKeeping[Contract, ContractFact, ContractFilter],
        *,
        references: References,
        stations: Stations,
        areas: Areas,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._references: Final = references
        self._stations: Final = stations
        self._areas: Final = areas
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def sign(self, command: SignContract, scope: Scope) -> Made[Contract]:
        """Note a contract that was signed."""

        async def propose() -> Change[Contract, ContractFact]:
            area = await area_within(
                scope, command.area, areas=self._areas, permission=WRITE_CONTRACTS
            )
            await self._references.check(
                [command.agency], is_organisation, wanted="social_organisation"
            )
            await self._check_stations(command.stations, area)
            return sign_contract(
                ContractId(command.id or self._new_id()),
                buyer=command.buyer,
                agency=command.agency,
                area=area,
                stations=command.stations,
                amount_fen=command.amount_fen,
                term=Term(begins_on=command.begins_on, ends_on=command.ends_on),
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def renew(self, command: RenewContract, scope: Scope) -> Made[Contract]:
        """Sign the next contract for the same work."""

        async def propose() -> Change[Contract, ContractFact]:
            contract = await self._keeping.find(command.contract_id, scope)
            return contract.renewed(
                ContractId(command.id or self._new_id()),
                amount_fen=command.amount_fen,
                ends_on=command.ends_on,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def terminate(self, command: TerminateContract, scope: Scope) -> Contract:
        """End a contract before its time."""

        async def decide(contract: Contract) -> Change[Contract, ContractFact]:
            return contract.terminate(
                ended_on=command.ended_on, reason=command.reason, at=self._clock.now()
            )

        return await self._keeping.change(command.contract_id, scope, decide, seen=command.seen)

    async def _check_stations(self, ids: Sequence[UUID], area: Area) -> None:
        # Within the area, which is within the scope: the database would hide nothing of them but
        # what stands in an area that a newer list no longer has.
        with cleared(system("looks at stations that a contract names")):
            known = await self._stations.find_many(ids)
        for station_id in ids:
            station = known.get(station_id)
            if station is None or not await is_under(area.ref, station.area, areas=self._areas):
                raise UnknownStation(station_id=station_id)
