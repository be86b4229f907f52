"""Requests about trainings and examinations, for the matrix of every route."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from profession_asks import ANYBODY, PLACE, V1, a_party, abilities, emptied

from common.clearance import cleared, system
from common.vocabulary import Society
from registry.app.keep_examinations import AnnounceExamination, EnterCandidates
from registry.app.keep_trainings import AnnounceTraining, EnrolWorkers
from registry.domain.social_worker import CertificateLevel
from registry.domain.term import Term
from registry.domain.training import Syllabus, TrainingKind
from testing.api import STREET
from testing.matrix import Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from testing.api import Api

TRAININGS: Final = f"{V1}/trainings"
EXAMINATIONS: Final = f"{V1}/examinations"
FIGURES: Final = f"{V1}/training_figures"


async def to_announce(api: Api) -> AnnounceTraining:
    await emptied(api, "training_attendance", "training", "party")
    return AnnounceTraining(
        id=None,
        syllabus=Syllabus(
            title="岗前培训",
            cohort=None,
            kind=TrainingKind.INDUCTION,
            hours=8,
            required_hours=8,
        ),
        organiser=await a_party(api, society=Society.COMMUNITY),
        area=PLACE,
        term=Term(begins_on=date(2024, 7, 1), ends_on=date(2024, 7, 2)),
    )


async def a_training(api: Api) -> tuple[str, UUID]:
    """Return the path of a training, and somebody who is enrolled."""
    command = await to_announce(api)
    worker = await a_party(api, society=Society.SOCIAL_WORKER, is_person=True)
    trainings = abilities(api).profession.trainings
    with cleared(system("test")):
        made = await trainings.announce(command, ANYBODY)
        enrol = EnrolWorkers(training_id=made.thing.id, workers=frozenset({worker}))
        await trainings.enrol(enrol, ANYBODY)
    return f"{TRAININGS}/{made.thing.id}", worker


async def announce_training(api: Api) -> Ask:
    command = await to_announce(api)
    body = {
        "title": "岗前培训",
        "kind": "induction",
        "organiser_id": str(command.organiser),
        "scheme": "nbs",
        "area": STREET,
        "hours": 8,
        "begins_on": "2024-07-01",
        "ends_on": "2024-07-02",
    }
    return Ask(path=TRAININGS, sort=Sort.CREATION, json=body)


async def list_trainings(api: Api) -> Ask:
    path, _ = await a_training(api)
    return Ask(path=TRAININGS, sort=Sort.LISTING, mentions=path.rpartition("/")[2])


async def show_training(api: Api) -> Ask:
    path, _ = await a_training(api)
    return Ask(path=path, sort=Sort.EXISTING)


async def list_cohort(api: Api) -> Ask:
    path, _ = await a_training(api)
    return Ask(path=f"{path}/cohort", sort=Sort.EXISTING)


async def enrol_workers(api: Api) -> Ask:
    path, _ = await a_training(api)
    newcomer = await a_party(api, society=Society.SOCIAL_WORKER, is_person=True)
    body = {"worker_ids": [str(newcomer)]}
    return Ask(path=f"{path}/enrolment", sort=Sort.EXISTING, json=body)


async def complete_training(api: Api) -> Ask:
    path, worker = await a_training(api)
    body = {"attendance": [{"worker_id": str(worker), "hours": 8}]}
    return Ask(path=f"{path}/completion", sort=Sort.EXISTING, json=body)


async def cancel_training(api: Api) -> Ask:
    path, _ = await a_training(api)
    return Ask(path=f"{path}/cancellation", sort=Sort.EXISTING)


async def an_examination(api: Api) -> tuple[str, UUID]:
    """Return the path of an examination, and a candidate."""
    await emptied(api, "examination_candidate", "examination", "party")
    command = AnnounceExamination(
        id=None,
        session="2024",
        level=CertificateLevel.ASSISTANT,
        area=PLACE,
        held_on=date(2024, 6, 15),
    )
    candidate = await a_party(api, society=Society.SOCIAL_WORKER, is_person=True)
    examinations = abilities(api).profession.examinations
    with cleared(system("test")):
        made = await examinations.announce(command, ANYBODY)
        enter = EnterCandidates(examination_id=made.thing.id, candidates=frozenset({candidate}))
        await examinations.enter(enter, ANYBODY)
    return f"{EXAMINATIONS}/{made.thing.id}", candidate


async def announce_examination(_api: Api) -> Ask:
    body = {"session": "2024", "level": "assistant", "scheme": "nbs", "area": STREET}
    return Ask(path=EXAMINATIONS, sort=Sort.CREATION, json=body | {"held_on": "2024-06-15"})


async def list_examinations(api: Api) -> Ask:
    path, _ = await an_examination(api)
    return Ask(path=EXAMINATIONS, sort=Sort.LISTING, mentions=path.rpartition("/")[2])


async def show_examination(api: Api) -> Ask:
    path, _ = await an_examination(api)
    return Ask(path=path, sort=Sort.EXISTING)


async def list_candidates(api: Api) -> Ask:
    path, _ = await an_examination(api)
    return Ask(path=f"{path}/candidates", sort=Sort.EXISTING)


async def enter_candidates(api: Api) -> Ask:
    path, _ = await an_examination(api)
    newcomer = await a_party(api, society=Society.SOCIAL_WORKER, is_person=True)
    body = {"candidate_ids": [str(newcomer)]}
    return Ask(path=f"{path}/entries", sort=Sort.EXISTING, json=body)


async def state_results(api: Api) -> Ask:
    path, candidate = await an_examination(api)
    body = {"passed_ids": [str(candidate)]}
    return Ask(path=f"{path}/results", sort=Sort.EXISTING, json=body)


async def cancel_examination(api: Api) -> Ask:
    path, _ = await an_examination(api)
    return Ask(path=f"{path}/cancellation", sort=Sort.EXISTING)


async def show_figures(api: Api) -> Ask:
    path, worker = await a_training(api)
    body = {"attendance": [{"worker_id": str(worker), "hours": 8}]}
    administrator = await api.signed_in("platform_admin")
    assert (await administrator.post(f"{path}/completion", json=body)).status_code == 200
    return Ask(path=FIGURES, sort=Sort.LISTING, mentions='"person_times":1')


ABOUT_TRAININGS: Final[Mapping[str, Arrange]] = {
    f"POST {TRAININGS}": announce_training,
    f"GET {TRAININGS}": list_trainings,
    f"GET {TRAININGS}/{{training_id}}": show_training,
    f"GET {TRAININGS}/{{training_id}}/cohort": list_cohort,
    f"POST {TRAININGS}/{{training_id}}/enrolment": enrol_workers,
    f"POST {TRAININGS}/{{training_id}}/completion": complete_training,
    f"POST {TRAININGS}/{{training_id}}/cancellation": cancel_training,
    f"POST {EXAMINATIONS}": announce_examination,
    f"GET {EXAMINATIONS}": list_examinations,
    f"GET {EXAMINATIONS}/{{examination_id}}": show_examination,
    f"GET {EXAMINATIONS}/{{examination_id}}/candidates": list_candidates,
    f"POST {EXAMINATIONS}/{{examination_id}}/entries": enter_candidates,
    f"POST {EXAMINATIONS}/{{examination_id}}/results": state_results,
    f"POST {EXAMINATIONS}/{{examination_id}}/cancellation": cancel_examination,
    f"GET {FIGURES}": show_figures,
}
