"""Putting a service on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.app.ports import Entered
from cases.domain.errors import ServiceRecordIdTaken
from cases.domain.need import NeedId
from cases.domain.service_record import Delivery, ServiceRecord, ServiceRecordId

if TYPE_CHECKING:
    from cases.app.ports import Store
    from common.clock import Clock
    from common.grants import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordService:
    """Put a service that was given for a need on record under an id."""

    record_id: ServiceRecordId
    need_id: NeedId
    delivery: Delivery


async def record_service(
    command: RecordService, within: Scope, *, store: Store, clock: Clock
) -> Entered[ServiceRecord]:
    """Record a service, or find that the same service is on record under this id.

    Raises:
        ServiceRecordIdTaken: Another service is.
    """
    async with store.transaction() as cases:
        # The need is held, so that it cannot end while something is still done for it.
        need = await cases.needs.hold(command.need_id, within=within)
        # What is on record stays true after the need or the match has ended, so it comes first.
        earlier = await cases.service_records.find(command.record_id)
        if earlier is None:
            match = await cases.matches.get(command.delivery.match_id)
            change = ServiceRecord.record(
                command.record_id, command.delivery, need=need, match=match, at=clock.now()
            )
            earlier = await cases.service_records.add(change)
            if earlier is None:
                return Entered(change.state, is_new=True)
    if (earlier.need_id, earlier.delivery) != (command.need_id, command.delivery):
        raise ServiceRecordIdTaken(record_id=command.record_id)
    return Entered(earlier, is_new=False)
