"""Examinations as callers send and receive them."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import MOST_AT_ONCE, ChosenId, Day, Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.keep_examinations import AnnounceExamination
from registry.domain.examination import Candidacy, Examination, ExaminationState, Results
from registry.domain.social_worker import CertificateLevel
from registry.entrypoints.http.training_schemas import Number, People

_PERSON = "0192d3c4-5b6a-7890-8abc-def012345602"
_EXAMINATION = {
    "session": "2022",
    "level": "assistant",
    "scheme": "nbs",
    "area": "3713",
    "held_on": "2022-06-18",
}


class ExaminationToAnnounce(Body):
    """Which level of which session is held on which day; the area is whose candidates count."""

    model_config = example(**_EXAMINATION)

    id: ChosenId = None
    session: Name
    level: CertificateLevel
    scheme: AreaScheme
    area: Code
    held_on: Day

    def command(self) -> AnnounceExamination:
        """Return what is to be done."""
        return AnnounceExamination(
            id=self.id,
            session=self.session,
            level=self.level,
            area=AreaRef(self.scheme, self.area),
            held_on=self.held_on,
        )


class CandidatesToEnter(Body):
    """People, known as parties, who take the examination."""

    model_config = example(candidate_ids=[_PERSON])

    candidate_ids: People


class ResultsToState(Body):
    """Who passed; every other candidate did not.

    `others_entered` and `others_passed` count people who are not known here by name.
    """

    model_config = example(passed_ids=[_PERSON], others_entered=120, others_passed=40)

    passed_ids: Annotated[list[UUID], Field(max_length=10 * MOST_AT_ONCE)] = Field(
        default_factory=list[UUID]
    )
    others_entered: Number = 0
    others_passed: Number = 0

    def others(self) -> Results:
        """Return those who are only counted."""
        return Results(entered=self.others_entered, passed=self.others_passed)


class ExaminationView(View):
    """An examination. `candidates` are people by name; `entered` and `passed` count all."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def0123456cc",
        version=3,
        **_EXAMINATION,
        level_label="助理社会工作师",
        state="results_stated",
        state_label="已公布成绩",
        candidates=1,
        entered=121,
        passed=41,
    )

    id: UUID
    version: int
    session: str
    level: CertificateLevel
    level_label: str
    scheme: AreaScheme
    area: str
    held_on: date
    state: ExaminationState
    state_label: str
    candidates: int
    entered: int | None
    passed: int | None

    @classmethod
    def of(cls, examination: Examination, language: Language) -> Self:
        """Show an examination to somebody who reads this language."""
        results = examination.results
        return cls(
            id=examination.id,
            version=examination.version,
            session=examination.session,
            level=examination.level,
            level_label=label(examination.level, language),
            scheme=examination.area.scheme,
            area=examination.area.code,
            held_on=examination.held_on,
            state=examination.state,
            state_label=label(examination.state, language),
            candidates=examination.candidates,
            entered=results.entered if results else None,
            passed=results.passed if results else None,
        )


class CandidacyView(View):
    """A candidate; `has_passed` is null until the results are stated."""

    model_config = example(candidate_id=_PERSON, has_passed=True)

    candidate_id: UUID
    has_passed: bool | None

    @classmethod
    def of(cls, candidacy: Candidacy) -> Self:
        """Show a candidate."""
        return cls(candidate_id=candidacy.candidate, has_passed=candidacy.has_passed)
