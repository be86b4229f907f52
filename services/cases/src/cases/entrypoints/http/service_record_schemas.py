"""What callers send and receive about service records."""

from datetime import datetime
from uuid import UUID

from cases.app.record_service import RecordService
from cases.domain.line import LineId
from cases.domain.match import MatchId
from cases.domain.need import NeedId
from cases.domain.service_record import Delivery, ServiceRecord, ServiceRecordId
from cases.entrypoints.http.examples import NEED, SATURDAY
from cases.entrypoints.http.shared import Count, IdOrNew
from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Amount, Instant, example, label
from common.vocabulary import ServicePath, Society, Unit


class ServiceToRecord(Body):
    """What was given for one line by one match, measured in the unit that was agreed on.

    Persons, person-times and sessions are different measures: each is counted for itself.
    """

    model_config = example(**SATURDAY)

    id: IdOrNew
    match_id: UUID
    line_id: UUID
    path: ServicePath
    quantity: Amount
    unit: Unit
    persons: Count
    person_times: Count
    sessions: Count
    started_at: Instant
    ended_at: Instant

    def command(self, need_id: UUID) -> RecordService:
        """Return what is to be done."""
        delivery = Delivery(
            match_id=MatchId(self.match_id),
            line_id=LineId(self.line_id),
            path=self.path,
            quantity=self.quantity,
            unit=self.unit,
            persons=self.persons,
            person_times=self.person_times,
            sessions=self.sessions,
            started_at=self.started_at,
            ended_at=self.ended_at,
        )
        return RecordService(
            record_id=ServiceRecordId(self.id), need_id=NeedId(need_id), delivery=delivery
        )


class ServiceRecordView(View):
    """A service that was given."""

    model_config = example(
        **SATURDAY,
        version=1,
        need_id=NEED["id"],
        society="volunteer",
        society_label="社区志愿者",
        path_label="专业服务",
        unit_label="人",
        recorded_at="2026-11-21T08:10:00Z",
    )

    id: UUID
    version: int
    need_id: UUID
    match_id: UUID
    line_id: UUID
    society: Society
    society_label: str
    path: ServicePath
    path_label: str
    quantity: int
    unit: Unit
    unit_label: str
    persons: int
    person_times: int
    sessions: int
    started_at: datetime
    ended_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, record: ServiceRecord, language: Language) -> "ServiceRecordView":
        """Show a service record."""
        given = record.delivery
        return cls(
            id=record.id,
            version=record.version,
            need_id=record.need_id,
            match_id=given.match_id,
            line_id=given.line_id,
            society=record.society,
            society_label=label(record.society, language),
            path=given.path,
            path_label=label(given.path, language),
            quantity=given.quantity,
            unit=given.unit,
            unit_label=label(given.unit, language),
            persons=given.persons,
            person_times=given.person_times,
            sessions=given.sessions,
            started_at=given.started_at,
            ended_at=given.ended_at,
            recorded_at=record.recorded_at,
        )
