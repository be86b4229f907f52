"""What every act has at hand, and how acts wait for each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wushe.demo.cast import (
    CARRIER,
    CHARITY,
    CHARITY_THAT_DECLINES,
    COMMUNITY,
    COUNSELLOR,
    TEAM,
    TEAM_THAT_SAID_NO,
)
from wushe.demo.company import Company
from wushe.demo.desk import until
from wushe.demo.reading import plan_of
from wushe.demo.scenes import Scenes
from wushe.demo.story import Story
from wushe.demo.stream import EventStream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushe.demo.cast import Offer
    from wushe.demo.desk import Json
    from wushe.demo.transcript import Plan

SOCIETIES: Final = 5
NOT_HEARD_YET: Final = frozenset({"match-not-found", "need-not-known", "match-not-known"})
"""Problems that only mean that an event is still on its way."""

AT_FIRST: Final[Mapping[str, Offer]] = {
    "waiting_room": COMMUNITY,
    "venue_operation": CARRIER,
    "counselling": COUNSELLOR,
    "drinking_water": CHARITY_THAT_DECLINES,
    "company": TEAM_THAT_SAID_NO,
}
AFTER_THE_CALL: Final[Mapping[str, Offer]] = {**AT_FIRST, "company": TEAM}
IN_THE_END: Final[Mapping[str, Offer]] = {**AFTER_THE_CALL, "drinking_water": CHARITY}


@dataclass(frozen=True, slots=True)
class Play:
    """The people, the story, the record, and the stream that is listened to."""

    company: Company
    story: Story
    scenes: Scenes
    stream: EventStream

    @property
    def need_in_matching(self) -> str:
        """Where matching shows the need."""
        return f"/matching/v1/needs/{self.story.need_id}"

    @property
    def need_in_cases(self) -> str:
        """Where cases shows the need."""
        return f"/cases/v1/needs/{self.story.need_id}"

    def await_plan(self, wanted: Mapping[str, Offer], state: str) -> Plan:
        """Wait until each line has the offer that it must have, in this state."""
        desk = self.company.station_worker
        expected = {service: str(self.story.party_id(offer)) for service, offer in wanted.items()}

        def is_there(document: Json) -> bool:
            lines = plan_of(document).lines
            return expected == {
                line.service: str(line.party_id) for line in lines if line.state == state
            }

        names = "、".join(offer.party.name for offer in wanted.values())
        document = until(
            lambda: desk.get(f"{self.need_in_matching}/plan"),
            is_there,
            awaited=f"the plan with {names}, all of them {state},",
            bear=NOT_HEARD_YET,
        )
        return plan_of(document)
