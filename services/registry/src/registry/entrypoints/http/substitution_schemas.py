"""Substitutions as callers send and receive them."""

from datetime import date, datetime
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from pydantic import StringConstraints

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Day, example, label
from registry.app.substitute import Substitute
from registry.domain.substitution import Absence, Substitution, SubstitutionState
from registry.entrypoints.http.account_schemas import (
    WORKER,
    WORKER_SHOWN,
    GrantToGive,
    HeldGrantView,
)

Login: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
_ARRANGED = {
    "absent": "worker-7",
    "substitute": "worker-8",
    "first_on": "2026-03-02",
    "last_on": "2026-03-13",
}


class SubstitutionToArrange(Body):
    """Whose grant somebody else exercises, from the first to the last day of an absence."""

    model_config = example(**_ARRANGED, grant=WORKER)

    absent: Login
    substitute: Login
    grant: GrantToGive
    first_on: Day
    last_on: Day

    def command(self) -> Substitute:
        """Return what is to be done."""
        absence = Absence(
            absent=self.absent,
            grant=self.grant.grant(),
            first_on=self.first_on,
            last_on=self.last_on,
        )
        return Substitute(absence=absence, substitute=self.substitute)


class SubstitutionView(View):
    """Who stands in for whom, with what and when."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        **_ARRANGED,
        grant=WORKER_SHOWN,
        state="planned",
        state_label="待开始",
        made_at="2026-03-01T04:00:00Z",
        ended_at=None,
    )

    id: UUID
    absent: str
    substitute: str
    grant: HeldGrantView
    first_on: date
    last_on: date
    state: SubstitutionState
    state_label: str
    made_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, substitution: Substitution, language: Language, *, at: datetime) -> Self:
        """Show a substitution as it is at an instant."""
        state, absence = substitution.state(at), substitution.absence
        return cls(
            id=substitution.id,
            absent=absence.absent,
            substitute=substitution.substitute,
            grant=HeldGrantView.of(absence.grant, language),
            first_on=absence.first_on,
            last_on=absence.last_on,
            state=state,
            state_label=label(state, language),
            made_at=substitution.made_at,
            ended_at=substitution.ended_at,
        )
