"""What the trainings and examinations of an area add up to, in a time."""

from datetime import date
from typing import Annotated, Self, TypeAlias

from fastapi import Depends, Query

from common.grants import Scope
from common.http.languages import Language, Speaking
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.route import router
from common.http.schemas import View
from common.http.words import example, label
from registry.app.permissions import READ_TRAININGS
from registry.app.ports.trainings import ExaminationFilter, ExaminationTally, TrainingFilter
from registry.domain.social_worker import CertificateLevel
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/training_figures", tags=["trainings"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_TRAININGS))]

_LEVEL = {
    "level": "assistant",
    "level_label": "助理社会工作师",
    "examinations": 1,
    "entered": 2000,
    "passed": 671,
}


class LevelFigures(View):
    """The examinations of one level that have results."""

    model_config = example(**_LEVEL)

    level: CertificateLevel
    level_label: str
    examinations: int
    entered: int
    passed: int

    @classmethod
    def of(cls, tally: ExaminationTally, language: Language) -> Self:
        """Show what the examinations of a level add up to."""
        return cls(
            level=tally.level,
            level_label=label(tally.level, language),
            examinations=tally.examinations,
            entered=tally.entered,
            passed=tally.passed,
        )


class TrainingFigures(View):
    """What was completed, and has results.

    `trainings` and `examinations` are sessions (场次); `person_times`, `completed`, `entered` and
    `passed` are person-times (人次): somebody who came twice counts twice.
    """

    model_config = example(
        trainings=3,
        person_times=3900,
        completed=3700,
        examinations=1,
        entered=2000,
        passed=671,
        by_level=[_LEVEL],
    )

    trainings: int
    person_times: int
    completed: int
    examinations: int
    entered: int
    passed: int
    by_level: list[LevelFigures]


@routes.get("")
async def show_training_figures(
    app: App,
    scope: MayRead,
    language: Speaking,
    within: Within,
    scheme: OfScheme = None,
    since: Annotated[
        date | None, Query(description="Only what ended on this day or later.")
    ] = None,
    until: Annotated[
        date | None, Query(description="Only what ended on this day or earlier.")
    ] = None,
) -> TrainingFigures:
    """Add up the trainings and examinations that the caller may see."""
    trained, examined = await app.profession.adding_up.figures(
        TrainingFilter(within=within, scheme=scheme, since=since, until=until),
        ExaminationFilter(within=within, scheme=scheme, since=since, until=until),
        scope,
    )
    return TrainingFigures(
        trainings=trained.trainings,
        person_times=trained.person_times,
        completed=trained.completed,
        examinations=sum(each.examinations for each in examined),
        entered=sum(each.entered for each in examined),
        passed=sum(each.passed for each in examined),
        by_level=[LevelFigures.of(each, language) for each in examined],
    )
