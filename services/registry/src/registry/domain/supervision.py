"""Supervision (督导): an experienced person stands by a worker at a station, for a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from registry.domain.errors.supervisions import OwnSupervisor, SupervisionEnded
from registry.domain.term import refuse_disorder

if TYPE_CHECKING:
    from registry.domain.station import Station

SupervisionId = NewType("SupervisionId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """Who supervises whom, at which station, since when and until when.

    A worker may have several supervisors, of the city, the province or a university; the same one
    only once at a time. It stands where the station stands.
    """

    id: SupervisionId
    version: int
    supervisor: UUID
    worker: UUID
    station: UUID
    area: AreaRef
    began_on: date
    ended_on: date | None = None

    @property
    def org(self) -> None:
        """Return nobody: it belongs to no organisation."""
        return

    def end(self, *, ended_on: date, at: datetime) -> Change[Supervision, SupervisionFact]:
        """End it; the day given is its last.

        Raises:
            SupervisionEnded: It has ended before.
            DaysOutOfOrder: It would end before it began.
        """
        if self.ended_on is not None:
            raise SupervisionEnded(supervision_id=self.id, ended_on=self.ended_on)
        refuse_disorder(self.began_on, ended_on)
        ended = replace(self, version=self.version + 1, ended_on=ended_on)
        return Change(ended, (SupervisionHasEnded(supervision=ended, ended_on=ended_on, at=at),))

    def has_content_of(self, other: Supervision) -> bool:
        """Tell whether both began alike, whatever has happened to either since."""
        return replace(self, version=1, ended_on=None) == replace(other, version=1, ended_on=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionHasBegun:
    """Somebody stands by a worker."""

    supervision: Supervision
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionHasEnded:
    """Somebody stands by a worker no longer."""

    supervision: Supervision
    ended_on: date
    at: datetime


SupervisionFact = SupervisionHasBegun | SupervisionHasEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorLoad:
    """How many workers, at how many stations, one supervisor stands by on a day."""

    supervisor: UUID
    workers: int
    stations: int


def begin_supervision(
    supervision_id: SupervisionId,
    *,
    supervisor: UUID,
    worker: UUID,
    station: Station,
    began_on: date,
    at: datetime,
) -> Change[Supervision, SupervisionFact]:
    """Have somebody stand by a worker at a station.

    Raises:
        OwnSupervisor: Nobody supervises themselves.
    """
    if supervisor == worker:
        raise OwnSupervisor(party_id=worker)
    begun = Supervision(
        id=supervision_id,
        version=1,
        supervisor=supervisor,
        worker=worker,
        station=station.id,
        area=station.area,
        began_on=began_on,
    )
    return Change(begun, (SupervisionHasBegun(supervision=begun, at=at),))
