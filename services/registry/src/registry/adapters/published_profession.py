"""What others are told of contracts, supervision, trainings and examinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts.profession import (
    ContractSigned,
    ContractTerminated,
    SupervisionBegun,
    SupervisionEnded,
)
from common.contracts.registry import PlaceCode
from common.messaging.event import Message
from registry.domain.contract import ContractWasSigned, ContractWasTerminated
from registry.domain.supervision import SupervisionHasBegun, SupervisionHasEnded

if TYPE_CHECKING:
    from common.contracts.profession import ContractEvent, SupervisionEvent
    from registry.domain.contract import ContractFact
    from registry.domain.supervision import SupervisionFact


def about_contract(fact: ContractFact) -> Message:
    """Return what others are told about a contract."""
    event = _contract_event(fact)
    return Message(
        event=event,
        version=fact.contract.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_supervision(fact: SupervisionFact) -> Message:
    """Return what others are told about a supervision."""
    event = _supervision_event(fact)
    return Message(
        event=event,
        version=fact.supervision.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def _contract_event(fact: ContractFact) -> ContractEvent:
    contract = fact.contract
    match fact:
        case ContractWasSigned():
            return ContractSigned(
                contract_id=contract.id,
                agency_id=contract.agency,
                place=PlaceCode.of(contract.area),
                stations=contract.stations,
                amount_fen=contract.amount_fen,
                begins_on=contract.term.begins_on,
                ends_on=contract.term.ends_on,
                renews=contract.renews,
            )
        case ContractWasTerminated(termination=termination):
            return ContractTerminated(contract_id=contract.id, ended_on=termination.ended_on)


def _supervision_event(fact: SupervisionFact) -> SupervisionEvent:
    supervision = fact.supervision
    match fact:
        case SupervisionHasBegun():
            return SupervisionBegun(
                supervision_id=supervision.id,
                supervisor_id=supervision.supervisor,
                worker_id=supervision.worker,
                station_id=supervision.station,
                place=PlaceCode.of(supervision.area),
                began_on=supervision.began_on,
            )
        case SupervisionHasEnded(ended_on=ended_on):
            return SupervisionEnded(supervision_id=supervision.id, ended_on=ended_on)
