"""What the registry promises to tell about the profession: contracts, supervision, trainings."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from typing_extensions import override

from common.contracts.registry import PlaceCode
from common.messaging.event import Event


class ContractEvent(Event):
    """Every event about one service contract."""

    contract_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.contract_id)


class ContractSigned(ContractEvent, name="registry.contract.signed.v1"):
    """An authority bought the work of an agency at stations, until and with ``ends_on``.

    ``amount_fen`` is in hundredths of a yuan, for the whole term. ``renews`` is the contract
    before, if this one goes on with it.
    """

    agency_id: UUID
    place: PlaceCode
    stations: tuple[UUID, ...]
    amount_fen: int
    begins_on: date
    ends_on: date
    renews: UUID | None = None


class ContractTerminated(ContractEvent, name="registry.contract.terminated.v1"):
    """A contract ended before its time; this was its last day."""

    ended_on: date


class SupervisionEvent(Event):
    """Every event about one supervision."""

    supervision_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.supervision_id)


class SupervisionBegun(SupervisionEvent, name="registry.supervision.begun.v1"):
    """A person stands by a worker at a station from this day on; both appear as parties."""

    supervisor_id: UUID
    worker_id: UUID
    station_id: UUID
    place: PlaceCode
    began_on: date


class SupervisionEnded(SupervisionEvent, name="registry.supervision.ended.v1"):
    """A person stands by a worker no longer; this was the last day."""

    ended_on: date
