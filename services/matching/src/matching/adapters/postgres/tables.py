"""The rows of this service's tables; they never leave this package."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, MetaData
from sqlmodel import Field

from common.persistence.table import Row, counter, document, instant


class MatchingRow(Row):
    """A row of this service; other services have tables of the same names."""

    metadata: ClassVar[MetaData] = MetaData()  # pyright: ignore[reportIncompatibleVariableOverride]


class NeedRow(MatchingRow, table=True):
    """A need without its lines."""

    __tablename__: ClassVar[Any] = "need"

    id: UUID = Field(primary_key=True)
    revision: int
    pool_id: UUID
    scheme: str
    area: str
    township: str | None
    county: str | None
    longitude: float | None
    latitude: float | None
    beneficiary: str
    persons: int
    urgency: int
    submitted_at: datetime = instant()
    prefecture: str | None = None
    state: str
    search_area: str = "township"
    plan_version: int = counter()


class NeedLineRow(MatchingRow, table=True):
    """One line of a need, and the match that its linkage plan last gave it."""

    __tablename__: ClassVar[Any] = "need_line"

    id: UUID = Field(primary_key=True)
    need_id: UUID
    position: int
    derived_from: UUID | None
    kind: str
    service: str
    quantity: int
    unit: str
    weekdays: str
    within_metres: int | None
    needs_vetting: bool
    all_or_nothing: bool = False
    not_before: datetime | None = instant(nullable=True)
    not_after: datetime | None = instant(nullable=True)
    approved_at: datetime | None = instant(nullable=True)
    urgent_since: datetime | None = instant(nullable=True)
    planned_match_id: UUID | None


class PartyRow(MatchingRow, table=True):
    """A party as the registry last told of it."""

    __tablename__: ClassVar[Any] = "party"

    id: UUID = Field(primary_key=True)
    society: str
    public_name: str
    scheme: str
    area: str
    vetted_until: date | None
    suspended_on: date | None
    is_approved: bool = True
    is_station: bool = False


class OfferRow(MatchingRow, table=True):
    """An offer."""

    __tablename__: ClassVar[Any] = "offer"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    revision: int
    pool_id: UUID
    party_id: UUID
    society: str
    service: str
    capacity: int
    held: int
    unit: str
    scheme: str
    area: str
    township: str | None
    county: str | None
    longitude: float | None
    latitude: float | None
    reach_metres: int
    weekdays: str
    valid_until: datetime = instant()
    title: str
    published_at: datetime = instant()
    withdrawn_at: datetime | None = instant(nullable=True)
    moderation: str = "approved"
    refused_because: str | None = None
    refused_note: str | None = None
    is_giver_active: bool = True
    delivered: int = 0
    allotted: int = 0
    origin_id: UUID | None = None
    origin_pool_id: UUID | None = None
    returns: int = 0
    prefecture: str | None = None
    scope: str | None = None
    earmarked_services: str = ""
    earmarked_beneficiaries: str = ""
    lots: list[dict[str, Any]] = document()
    openings: list[int] | None = Field(default=None, sa_type=ARRAY(Integer), nullable=True)  # pyright: ignore[reportCallIssue, reportArgumentType]
    coming_sessions: list[list[Any]] | None = document(nullable=True)
    confirmed_at: datetime | None = instant(nullable=True)
    confirmation_asked_at: datetime | None = instant(nullable=True)
    valid_from: datetime | None = instant(nullable=True)
    entry_id: UUID | None = None
    entry: dict[str, Any] | None = document(nullable=True)


class AllotmentRow(MatchingRow, table=True):
    """Part of an offer that another pool has."""

    __tablename__: ClassVar[Any] = "allotment"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    offer_id: UUID
    home_pool_id: UUID
    pool_id: UUID
    scheme: str
    area: str
    quantity: int
    lots: list[dict[str, Any]] = document()
    until: datetime = instant()
    granted_at: datetime = instant()
    recalled_at: datetime | None = instant(nullable=True)
    returns: int = 0
    returned: int = 0
    returned_at: datetime | None = instant(nullable=True)


class CalendarRow(MatchingRow, table=True):
    """When an offer can be had; its key is the offer's."""

    __tablename__: ClassVar[Any] = "calendar"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    hours: dict[str, Any] = document()
    published_until: date


class SessionRow(MatchingRow, table=True):
    """One time at which an offer can be had."""

    __tablename__: ClassVar[Any] = "session"

    id: UUID = Field(primary_key=True)
    offer_id: UUID
    party_id: UUID
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    bookable_until: datetime = instant()
    weekday: str | None
    seats: int
    held: int
    is_exclusive: bool
    is_closed: bool


class SessionHoldRow(MatchingRow, table=True):
    """The seats of a session that a match holds."""

    __tablename__: ClassVar[Any] = "session_hold"

    match_id: UUID = Field(primary_key=True)
    session_id: UUID = Field(primary_key=True)
    quantity: int


class LotHoldRow(MatchingRow, table=True):
    """What a match holds of one lot of an offer."""

    __tablename__: ClassVar[Any] = "lot_hold"

    match_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    offer_id: UUID
    quantity: int


class MatchRow(MatchingRow, table=True):
    """A match; ``points`` are pairs of term and number, in the order of the terms."""

    __tablename__: ClassVar[Any] = "match"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    need_id: UUID
    line_id: UUID
    offer_id: UUID
    party_id: UUID
    pool_id: UUID
    society: str
    kind: str
    service: str
    quantity: int
    unit: str
    value: int
    points: list[list[Any]] = document()
    metres: int | None
    plan_sequence: int = counter()
    policy_version: int
    engine_version: str
    state: str
    proposed_at: datetime = instant()
    asked_at: datetime | None = instant(nullable=True)
    decided_at: datetime | None = instant(nullable=True)
    reason: str | None
    note: str | None
    delivered: int
    session_id: UUID | None = None
    starts_at: datetime | None = instant(nullable=True)
    ends_at: datetime | None = instant(nullable=True)
    reminded_at: datetime | None = instant(nullable=True)
    misfit_since: datetime | None = instant(nullable=True)
    misfit_rules: str | None = None


class RefusalRow(MatchingRow, table=True):
    """A party's no to a need."""

    __tablename__: ClassVar[Any] = "refusal"

    need_id: UUID = Field(primary_key=True)
    party_id: UUID = Field(primary_key=True)
    reason: str
    said_on: date
    recorded_at: datetime = instant()


class LinkagePlanRow(MatchingRow, table=True):
    """One version of a need's linkage plan, with the certificate of its pool's plan."""

    __tablename__: ClassVar[Any] = "linkage_plan"

    need_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    plan_sequence: int = counter()
    value: int = counter()
    bound: int = counter()
    engine_version: str
    policy_version: int
    parts: list[dict[str, Any]] = document()
    proposed_at: datetime = instant()


class PoolRow(MatchingRow, table=True):
    """How much has happened to a pool, and how much of it its plan has heard."""

    __tablename__: ClassVar[Any] = "pool"

    id: UUID = Field(primary_key=True)
    wanted_sequence: int = counter()
    planned_sequence: int = counter()
    told_version: int = counter()
    due_at: datetime | None = instant(nullable=True)


class PoolChangeRow(MatchingRow, table=True):
    """A change that the plan of a pool has not heard of; noted by the database itself."""

    __tablename__: ClassVar[Any] = "pool_change"

    id: int = Field(primary_key=True)
    pool_id: UUID
    kind: str
    thing_id: UUID


class PartitionOwnerRow(MatchingRow, table=True):
    """Who plans the pools of a partition."""

    __tablename__: ClassVar[Any] = "partition_owner"

    partition: int = Field(primary_key=True)
    epoch: int = counter()
    member: UUID


class PolicyRow(MatchingRow, table=True):
    """The figures of the shipped policy, as releases before policy documents look for them."""

    __tablename__: ClassVar[Any] = "policy"

    version: int = Field(primary_key=True)
    figures: dict[str, int] = document()
    remembered_at: datetime = instant()


class PolicyDocumentRow(MatchingRow, table=True):
    """A policy of an area; of the country where it has none."""

    __tablename__: ClassVar[Any] = "policy_document"

    version: int = Field(primary_key=True, sa_type=BigInteger)
    scheme: str | None
    area: str | None
    title: str
    figures: dict[str, Any] = document()
    drafted_by: str
    drafted_at: datetime = instant()
    activated_by: str | None
    activated_at: datetime | None = instant(nullable=True)
    effective_from: datetime | None = instant(nullable=True)
    has_begun: bool


class ProposalFeedRow(MatchingRow, table=True):
    """One fact about a match, for whoever listens."""

    __tablename__: ClassVar[Any] = "proposal_feed"

    sequence: int = Field(primary_key=True)
    match_id: UUID
    version: int = counter()
    need_id: UUID
    line_id: UUID
    offer_id: UUID
    party_id: UUID
    scheme: str
    area: str
    state: str
    society: str
    service: str
    quantity: int
    unit: str
    value: int
    is_known_to_party: bool
    is_reminder: bool = False
    at: datetime = instant()
