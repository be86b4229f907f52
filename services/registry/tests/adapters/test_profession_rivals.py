"""Decisions about experts and trainings at the same moment, on a real database."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from common.clearance import cleared, system
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society
from registry.app.end_early import EndEarly
from registry.app.keep_engagements import EngageExpert
from registry.app.keep_experts import AppointExpert
from registry.app.keep_trainings import AnnounceTraining, EnrolWorkers
from registry.app.register_parties import RegisterParty
from registry.bootstrap import build_application
from registry.domain.engagement import EngagementKind
from registry.domain.errors.experts import ExpertAppointedAlready
from registry.domain.errors.tenures import TermInUse, TermNotWithin
from registry.domain.expert import ExpertField
from registry.domain.term import Term
from registry.domain.training import Syllabus, TrainingKind

if TYPE_CHECKING:
    from common.frame import Frame
    from registry.app.application import Application

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
EVERYWHERE = Scope(sub="admin", is_everywhere=True)
HERE = AreaRef(AreaScheme.NBS, "210213")
YEAR = Term(begins_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
ROUNDS = 5


async def a_party(app: Application, *, is_person: bool = True) -> UUID:
    command = RegisterParty(
        id=None,
        society=Society.SOCIAL_WORKER if is_person else Society.SOCIAL_ORGANISATION,
        public_name=f"W-{uuid4().hex[:8].upper()}",
        is_person=is_person,
        area=HERE,
    )
    return (await app.register_party(command, EVERYWHERE)).thing.id


async def appointed(app: Application, party: UUID) -> UUID:
    command = AppointExpert(id=None, party=party, fields=(ExpertField.LAW,), area=HERE, term=YEAR)
    return (await app.profession.experts.appoint(command, EVERYWHERE)).thing.id


async def test_an_expert_leaves_or_is_engaged_for_longer_and_never_both(frame: Frame) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        for _ in range(ROUNDS):
            expert = await appointed(app, await a_party(app))
            engage = EngageExpert(
                id=None,
                expert=expert,
                kind=EngagementKind.POLICY_ADVICE,
                station=None,
                term=YEAR,
            )

            left, engaged = await asyncio.gather(
                app.profession.experts.end(
                    EndEarly(id=expert, ended_on=date(2026, 6, 30)), EVERYWHERE
                ),
                app.profession.engagements.engage(engage, EVERYWHERE),
                return_exceptions=True,
            )

            if isinstance(left, BaseException):
                assert isinstance(left, TermInUse)
                assert not isinstance(engaged, BaseException)
            else:
                assert isinstance(engaged, TermNotWithin)


async def test_a_person_comes_into_a_pool_once_whoever_was_first(frame: Frame) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        for _ in range(ROUNDS):
            party = await a_party(app)

            outcomes = await asyncio.gather(
                *(appointed(app, party) for _ in range(3)), return_exceptions=True
            )

            refused = [each for each in outcomes if isinstance(each, BaseException)]
            assert [type(each) for each in refused] == [ExpertAppointedAlready] * 2


async def test_all_who_are_enrolled_at_once_are_enrolled_once(frame: Frame) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        syllabus = Syllabus(
            title="培训", cohort=None, kind=TrainingKind.OTHER, hours=8, required_hours=8
        )
        organiser = await a_party(app, is_person=False)
        training = await app.profession.trainings.announce(
            AnnounceTraining(id=None, syllabus=syllabus, organiser=organiser, area=HERE, term=YEAR),
            EVERYWHERE,
        )
        people = [await a_party(app) for _ in range(6)]

        await asyncio.gather(
            *(
                app.profession.trainings.enrol(
                    EnrolWorkers(
                        training_id=training.thing.id, workers=frozenset(people[first : first + 3])
                    ),
                    EVERYWHERE,
                )
                for first in range(4)
            )
        )

        now = await app.profession.trainings.find(training.thing.id, EVERYWHERE)
    assert now.enrolled == len(people)
