"""What others are told of contracts, supervision, trainings and examinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts.profession import ContractSigned, ContractTerminated
from common.contracts.registry import PlaceCode
from common.messaging.event import Message
from registry.domain.contract import ContractWasSigned, ContractWasTerminated

if TYPE_CHECKING:
    from common.contracts.profession import ContractEvent
    from common.places import AreaRef
    from registry.domain.contract import ContractFact


def about_contract(fact: ContractFact) -> Message:
    """Return what others are told about a contract."""
    event = _contract_event(fact)
    return Message(
        event=event,
        version=fact.contract.version,
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
                place=_place(contract.area),
                stations=contract.stations,
                amount_fen=contract.amount_fen,
                begins_on=contract.term.begins_on,
                ends_on=contract.term.ends_on,
                renews=contract.renews,
            )
        case ContractWasTerminated(termination=termination):
            return ContractTerminated(contract_id=contract.id, ended_on=termination.ended_on)


def _place(area: AreaRef) -> PlaceCode:
    return PlaceCode(scheme=area.scheme, code=area.code)
