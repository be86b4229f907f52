"""What callers send about needs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from cases.app.change_need import ChangeNeed
from cases.app.submit_needs import SubmitNeed
from cases.domain.line import LineId, NeedLine, line_id_at
from cases.domain.meeting import MeetingId
from cases.domain.need import NeedDescription, NeedId, Urgency
from cases.domain.need_change import Between, Edit, OnWeekdays, ToPlace, WithinMetres
from cases.entrypoints.http.examples import COMPANY, GATE, NEED, ROOM
from cases.entrypoints.http.shared import IdOrNew, LongText, ShortText
from common.http.batches import Attempted
from common.http.places import Code, Place
from common.http.schemas import Body
from common.http.words import MOST_AT_ONCE, Amount, Flag, Instant, example
from common.places import AreaRef
from common.vocabulary import AreaScheme, Beneficiary, ServiceCode, Unit, Weekday


class Window(Body):
    """Between which instants something is to begin and be over, as far as that matters."""

    not_before: Instant | None = None
    not_after: Instant | None = None

    @field_validator("not_after")
    @classmethod
    def _later_than_its_beginning(
        cls, not_after: datetime | None, info: ValidationInfo
    ) -> datetime | None:
        not_before: datetime | None = info.data.get("not_before")
        if not_after is not None and not_before is not None and not_after <= not_before:
            message = "Has to be later than not_before"
            raise ValueError(message)
        return not_after


class LineToAsk(Window):
    """One kind of thing, in a unit and a quantity.

    No weekday means that any day will do; no `within_metres` that distance is no obstacle. What is
    asked for begins at `not_before` or later and is over by `not_after`, where these are given.
    """

    model_config = example(**COMPANY)

    id: UUID | None = None
    service: ServiceCode
    quantity: Amount
    unit: Unit
    weekdays: Annotated[tuple[Weekday, ...], Field(max_length=7)] = ()
    within_metres: Amount | None = None
    needs_vetting: Flag = False
    all_or_nothing: Annotated[
        Flag,
        Field(description="The lines of a need that say so are filled together, or not at all."),
    ] = False

    def line(self, need_id: UUID, position: int) -> NeedLine:
        """Return it as a line of a need."""
        return NeedLine(
            id=line_id_at(need_id, position) if self.id is None else LineId(self.id),
            service=self.service,
            quantity=self.quantity,
            unit=self.unit,
            weekdays=frozenset(self.weekdays),
            within_metres=self.within_metres,
            needs_vetting=self.needs_vetting,
            all_or_nothing=self.all_or_nothing,
            not_before=self.not_before,
            not_after=self.not_after,
        )


class NeedToSubmit(Body):
    """What is needed, where, for whom and how urgently; the title must name no person.

    `place` is for groups and public places only, `client_ref` for persons and households only: a
    pseudonym that the client made, behind which nobody's identity is stored.
    """

    model_config = example(**NEED, lines=[ROOM, COMPANY])

    id: IdOrNew
    meeting_id: UUID | None = None
    scheme: AreaScheme
    area: Code
    beneficiary: Beneficiary
    persons: Amount
    urgency: Urgency
    title: ShortText
    place: Place | None = None
    client_ref: UUID | None = None
    lines: Annotated[list[LineToAsk], Field(min_length=1, max_length=20)]

    def command(self) -> SubmitNeed:
        """Return what is to be done."""
        description = NeedDescription(
            area=AreaRef(self.scheme, self.area),
            beneficiary=self.beneficiary,
            persons=self.persons,
            urgency=self.urgency,
            title=self.title,
            lines=tuple(line.line(self.id, at) for at, line in enumerate(self.lines)),
            place=None if self.place is None else self.place.position(),
            meeting_id=None if self.meeting_id is None else MeetingId(self.meeting_id),
            client_ref=self.client_ref,
        )
        return SubmitNeed(need_id=NeedId(self.id), description=description)


class NeedsToSubmit(Body):
    """Up to 500 needs; one that is refused stops none of the others."""

    model_config = example(needs=[{**NEED, "lines": [ROOM]}])

    needs: Annotated[list[Attempted[NeedToSubmit]], Field(min_length=1, max_length=MOST_AT_ONCE)]


class LineToChange(Window):
    """When and how far away a line may be served; what is not sent stays.

    `weekdays` may be empty: then any day will do. `within_metres` may be null: then distance is no
    obstacle. `not_before` and `not_after` stay or change together: of both, one that is not sent
    matters no more.
    """

    model_config = example(id=COMPANY["id"], weekdays=["sun"])

    id: UUID
    weekdays: Annotated[tuple[Weekday, ...] | None, Field(max_length=7)] = None
    within_metres: Amount | None = None

    def edits(self) -> Iterator[Edit]:
        """Yield what is otherwise."""
        line_id = LineId(self.id)
        if self.weekdays is not None:
            yield OnWeekdays(line_id, frozenset(self.weekdays))
        if "within_metres" in self.model_fields_set:
            yield WithinMetres(line_id, self.within_metres)
        if self.model_fields_set & {"not_before", "not_after"}:
            yield Between(line_id, self.not_before, self.not_after)


class NeedToChange(Body):
    """When and where the need is now; what is not sent stays, and nothing else ever changes.

    `area` without `scheme` is of the list that the need's area is of. `place` may be null: then no
    exact place is kept. A group's need that goes to another area says its new place, or null.
    """

    model_config = example(place=GATE, lines=[{"id": COMPANY["id"], "weekdays": ["sun"]}])

    scheme: AreaScheme | None = None
    area: Code | None = None
    place: Place | None = None
    lines: Annotated[tuple[LineToChange, ...], Field(max_length=20)] = ()

    def command(self, need_id: UUID, seen: int | None) -> ChangeNeed:
        """Return what is to be done."""
        return ChangeNeed(
            need_id=NeedId(need_id),
            edits=tuple(self._edits()),
            area=self.area,
            scheme=self.scheme,
            seen=seen,
        )

    def _edits(self) -> Iterator[Edit]:
        if "place" in self.model_fields_set:
            yield ToPlace(None if self.place is None else self.place.position())
        for line in self.lines:
            yield from line.edits()


class NeedToClose(Body):
    """Whether the need was met; the note says what is worth knowing and names no person."""

    model_config = example(is_met=True, note="候学室已启用，四名志愿者周六到岗。")

    is_met: Flag
    note: LongText | None = None
