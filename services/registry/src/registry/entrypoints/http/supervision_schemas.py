"""Supervision as callers send and receive it."""

from datetime import date
from typing import Self
from uuid import UUID

from common.http.schemas import Body, View
from common.http.words import ChosenId, Day, example
from common.vocabulary import AreaScheme
from registry.app.keep_supervisions import BeginSupervision
from registry.domain.supervision import Supervision, SupervisorLoad

_SUPERVISOR = "0192d3c4-5b6a-7890-8abc-def012345601"
_SUPERVISION = {
    "supervisor_id": _SUPERVISOR,
    "worker_id": "0192d3c4-5b6a-7890-8abc-def012345602",
    "station_id": "0192d3c4-5b6a-7890-8abc-def012345603",
    "began_on": "2024-03-01",
}


class SupervisionToBegin(Body):
    """Who stands by whom, at which station, since when; both are persons, known as parties."""

    model_config = example(**_SUPERVISION)

    id: ChosenId = None
    supervisor_id: UUID
    worker_id: UUID
    station_id: UUID
    began_on: Day

    def command(self) -> BeginSupervision:
        """Return what is to be done."""
        return BeginSupervision(
            id=self.id,
            supervisor=self.supervisor_id,
            worker=self.worker_id,
            station=self.station_id,
            began_on=self.began_on,
        )


class SupervisionToEnd(Body):
    """The last day of a supervision."""

    model_config = example(ended_on="2025-02-28")

    ended_on: Day


class SupervisionView(View):
    """Who stands by whom, in the area of the station."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345604",
        version=1,
        **_SUPERVISION,
        scheme="nbs",
        area="210213009",
        ended_on=None,
    )

    id: UUID
    version: int
    supervisor_id: UUID
    worker_id: UUID
    station_id: UUID
    scheme: AreaScheme
    area: str
    began_on: date
    ended_on: date | None

    @classmethod
    def of(cls, supervision: Supervision) -> Self:
        """Show a supervision."""
        return cls(
            id=supervision.id,
            version=supervision.version,
            supervisor_id=supervision.supervisor,
            worker_id=supervision.worker,
            station_id=supervision.station,
            scheme=supervision.area.scheme,
            area=supervision.area.code,
            began_on=supervision.began_on,
            ended_on=supervision.ended_on,
        )


class SupervisorView(View):
    """How many different workers one supervisor stands by, and at how many stations."""

    model_config = example(supervisor_id=_SUPERVISOR, workers=6, stations=4, ratio="1:6")

    supervisor_id: UUID
    workers: int
    stations: int
    ratio: str

    @classmethod
    def of(cls, load: SupervisorLoad) -> Self:
        """Show a supervisor."""
        return cls(
            supervisor_id=load.supervisor,
            workers=load.workers,
            stations=load.stations,
            ratio=f"1:{load.workers}",
        )
