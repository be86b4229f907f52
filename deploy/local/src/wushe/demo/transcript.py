"""What a performance leaves behind: the same on the screen and as data.

The shape is stable: fields are added, never renamed or taken away while ``format`` stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

FORMAT: Final = "wushe-demo/1"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Saying(_Document):
    """One sentence in two languages."""

    zh: str
    en: str


class CallMade(_Document):
    """One request through the gateway, as it was answered."""

    method: str
    path: str
    status: int
    milliseconds: float


class Step(_Document):
    """One thing that somebody did, and what came of it."""

    number: int
    code: str
    who: Saying
    title: Saying
    told: tuple[Saying, ...]
    calls: tuple[CallMade, ...]
    seconds: float


class Term(_Document):
    """One reason for a match, in points."""

    code: str
    points: int
    label: str


class FilledLine(_Document):
    """Who fills one line of the need, and why."""

    line_id: UUID
    service: str
    label: str
    derived: bool
    society: str | None = None
    party_id: UUID | None = None
    party: str | None = None
    offer: str | None = None
    match_id: UUID | None = None
    state: str | None = None
    value: int | None = None
    distance_metres: int | None = None
    terms: tuple[Term, ...] = ()
    reason: Saying | None = None


class Certificate(_Document):
    """The proof that comes with the plan: nothing better exists when the gap is zero."""

    value: int
    bound: int
    gap: int
    status: str
    plan_sequence: int


class Plan(_Document):
    """A linkage plan as it was read."""

    lines: tuple[FilledLine, ...]
    certificate: Certificate | None


class RuleResult(_Document):
    """One hard rule, for one line and one offer."""

    code: str
    passed: bool
    sentence: Saying
    source: str | None


class NonMatch(_Document):
    """Why one offer was not chosen."""

    party: str
    offer: str
    offer_id: UUID
    line_id: UUID
    service: str
    verdict: str
    rules: tuple[RuleResult, ...]
    conclusion: Saying


class Setting(_Document):
    """What was there before the story began."""

    townships_listed: int
    townships_formal: int
    stations_open: int
    parties: int
    offers: int
    bystanders: dict[str, int]


class Times(_Document):
    """Seconds, measured by who waits: on the stream, or as the report counts them."""

    proposal_heard: float
    submission_to_proposal: float
    submission_to_first_acceptance: float
    submission_to_all_accepted: float
    submission_to_fulfilment: float
    submission_to_closure: float


class Report(_Document):
    """What the officer reads in the end."""

    needs_met: int
    societies: tuple[str, ...]
    persons: int
    person_times: int
    sessions: int
    coverage_covered: int
    coverage_base: int
    events_of_the_need: int


class Expectation(_Document):
    """Something that had to be so, and whether it was."""

    code: str
    sentence: str
    expected: str
    found: str
    held: bool


class Transcript(_Document):
    """One performance."""

    format: Literal["wushe-demo/1"]
    passed: bool
    failure: str | None
    illustrative: Literal[True]
    run: UUID
    seed: int
    gateway: str
    started_at: datetime
    finished_at: datetime
    setting: Setting | None
    need_id: UUID
    steps: tuple[Step, ...]
    first_plan: Plan | None
    final_plan: Plan | None
    non_match: NonMatch | None
    times: Times | None
    report: Report | None
    expectations: tuple[Expectation, ...]
