"""Second half: answers, services, and the closing of the need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wushe.demo.cast import CARRIER, CHARITY, CHARITY_THAT_DECLINES, COMMUNITY, COUNSELLOR, TEAM
from wushe.demo.desk import until
from wushe.demo.play import IN_THE_END, NOT_HEARD_YET
from wushe.demo.story import LINES

if TYPE_CHECKING:
    from wushe.demo.cast import Offer
    from wushe.demo.desk import Json
    from wushe.demo.play import Play
    from wushe.demo.stream import Heard
    from wushe.demo.transcript import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service that was given for a line; persons, person-times and sessions stay apart."""

    name: str
    service: str
    path: str
    quantity: int
    unit: str
    persons: int
    person_times: int
    sessions: int


SERVICES_GIVEN: Final = (
    Service(
        name="room",
        service="waiting_room",
        path="affairs",
        quantity=1,
        unit="room",
        persons=40,
        person_times=120,
        sessions=3,
    ),
    Service(
        name="running",
        service="venue_operation",
        path="affairs",
        quantity=1,
        unit="room",
        persons=0,
        person_times=0,
        sessions=3,
    ),
    Service(
        name="counselling-1",
        service="counselling",
        path="professional",
        quantity=6,
        unit="person",
        persons=6,
        person_times=6,
        sessions=1,
    ),
    Service(
        name="counselling-2",
        service="counselling",
        path="professional",
        quantity=4,
        unit="person",
        persons=4,
        person_times=4,
        sessions=1,
    ),
    Service(
        name="water",
        service="drinking_water",
        path="affairs",
        quantity=40,
        unit="piece",
        persons=40,
        person_times=40,
        sessions=1,
    ),
    Service(
        name="company",
        service="company",
        path="affairs",
        quantity=4,
        unit="person",
        persons=25,
        person_times=25,
        sessions=1,
    ),
)

MINUTES_SERVED: Final = 150


def accept(play: Play) -> None:
    """Four parties say yes, each with a token of its own."""
    for offer in (COMMUNITY, CARRIER, COUNSELLOR, TEAM):
        _answer(play, offer, "acceptance", en="accepts", zh="接受")


def decline(play: Play) -> None:
    """One party says no, the next best is asked at once, and says yes."""
    _answer(play, CHARITY_THAT_DECLINES, "decline", en="declines", zh="谢绝（余量不足）")
    next_best = str(play.story.party_id(CHARITY))

    def is_question(heard: Heard) -> bool:
        return heard.event == "asked" and bool(heard.data["party_id"] == next_best)

    play.stream.await_event(is_question, awaited="the question to the next best")
    _answer(
        play,
        CHARITY,
        "acceptance",
        en="is asked as next best, and accepts",
        zh="作为次优被征询并接受",
    )


def record_services(play: Play) -> Plan:
    """What was given is recorded once, line by line, until the plan is fulfilled."""
    desk = play.company.station_worker
    with play.scenes.step("services", desk.person, en="Services are recorded", zh="登记服务记录"):
        plan = play.await_plan(IN_THE_END, "accepted")
        begun = datetime.now(UTC)
        for given in SERVICES_GIVEN:
            _record(play, given, plan, begun)
        plan = play.await_plan(IN_THE_END, "fulfilled")
        play.scenes.say(
            en=f"{len(SERVICES_GIVEN)} records; persons, person-times and sessions stay apart.",
            zh=f"{len(SERVICES_GIVEN)} 条服务记录；人、人次、场次分别统计。",
        )
    return plan


def confirm_hours(play: Play, plan: Plan) -> None:
    """The team says how long its Saturday was, the station agrees, and the record has it."""
    team, station = play.company.provider(TEAM), play.company.station_worker
    line = next(line for line in plan.lines if line.party_id == play.story.party_id(TEAM))
    day = f"/matching/v1/matches/{line.match_id}/hours/{play.story.today}"
    record = f"/registry/v1/parties/{line.party_id}/volunteer_record"
    with play.scenes.step(
        "hours", station.person, en="Both sides confirm the hours", zh="双方确认服务时长"
    ):
        team.put(f"{day}/given", {"minutes": MINUTES_SERVED})
        agreed = station.put(f"{day}/received", {"minutes": MINUTES_SERVED})
        kept = until(
            lambda: team.get(record),
            lambda seen: bool(seen["minutes"]),
            awaited="the hours in the volunteers' record",
        )
        play.scenes.say(
            en=f"{kept['minutes']} minutes are in the record of {TEAM.party.name}.",
            zh=f"{kept['minutes']} 分钟已计入{TEAM.party.name}的志愿服务记录。",
        )
        play.scenes.expect(
            "hours-confirmed",
            "What both sides confirmed is in the record of volunteering, once.",
            expected=("confirmed", MINUTES_SERVED),
            found=(agreed["state"], kept["minutes"]),
        )


def close(play: Play) -> None:
    """The need closes as met, once all that was asked for is there."""
    desk = play.company.station_worker
    with play.scenes.step("closure", desk.person, en="The need closes", zh="需求结案"):
        until(
            lambda: desk.get(play.need_in_cases),
            _asked_lines_are_fulfilled,
            awaited="the fulfilment of all lines",
        )
        closed = desk.post(f"{play.need_in_cases}/closure", {"is_met": True})
        play.scenes.say(en="Closed, and met.", zh="已满足，结案。")
        play.scenes.expect(
            "need-closed", "The need is closed.", expected="closed", found=closed["state"]
        )


_BODIES: Final[dict[str, Json | None]] = {
    "acceptance": None,
    "decline": {"reason": "no_capacity"},
}
_OUTCOMES: Final = {"acceptance": "accepted", "decline": "declined"}


def _answer(play: Play, offer: Offer, kind: str, *, en: str, zh: str) -> None:
    desk = play.company.provider(offer)
    name = offer.party.name
    with play.scenes.step(f"{kind}_{offer.key}", desk.person, en=f"{name} {en}", zh=f"{name}{zh}"):
        asked = _asked_match(play, offer)
        answered = desk.post(f"/matching/v1/matches/{asked['id']}/{kind}", _BODIES[kind])
        play.scenes.say(en=f"offer: {offer.title}", zh=f"供给：{offer.title}")
        play.scenes.expect(
            f"{kind}-{offer.key}",
            f"The answer of {name} counts.",
            expected=_OUTCOMES[kind],
            found=answered["state"],
        )


def _asked_match(play: Play, offer: Offer) -> Json:
    """Return what a provider finds when it looks for questions to it."""
    desk = play.company.provider(offer)
    found = until(
        lambda: desk.get("/matching/v1/matches", state="asked"),
        lambda page: len(page["items"]) == 1,
        awaited=f"the question to {offer.party.name}",
    )
    match: Json = found["items"][0]
    return match


def _record(play: Play, given: Service, plan: Plan, begun: datetime) -> None:
    desk = play.company.station_worker
    line = next(line for line in plan.lines if line.service == given.service)
    record: Json = {
        "id": str(play.story.id_of(f"record/{given.name}")),
        "match_id": str(line.match_id),
        "line_id": str(line.line_id),
        "path": given.path,
        "quantity": given.quantity,
        "unit": given.unit,
        "persons": given.persons,
        "person_times": given.person_times,
        "sessions": given.sessions,
        "started_at": begun.isoformat(),
        "ended_at": datetime.now(UTC).isoformat(),
    }
    until(
        lambda: desk.post(f"{play.need_in_cases}/service_records", record),
        bool,
        awaited=f"cases' knowledge of the match of {given.service}",
        bear=NOT_HEARD_YET,
    )


def _asked_lines_are_fulfilled(need: Json) -> bool:
    asked = [line for line in need["lines"] if line["origin"] == "asked"]
    return len(asked) == len(LINES) and all(line["state"] == "fulfilled" for line in asked)
