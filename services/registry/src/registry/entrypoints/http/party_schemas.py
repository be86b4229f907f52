"""Parties as callers send and receive them."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.batches import Attempted
from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import MOST_AT_ONCE, ChosenId, Day, Flag, Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme, PartyStanding, Society
from registry.app.register_parties import RegisterParty
from registry.domain.party import Party
from registry.domain.standing import Recertification, SuspensionReason, name_of, since

_TEAM = {
    "society": "volunteer",
    "public_name": "先进街道周末陪伴志愿服务队",
    "is_person": False,
    "scheme": "nbs",
    "area": "210213009",
}


class PartyToRegister(Body):
    """One of the five societies; a person is registered under a public number, not a name."""

    model_config = example(**_TEAM)

    id: ChosenId = None
    society: Society
    public_name: Name
    is_person: Flag
    scheme: AreaScheme
    area: Code
    invited_on: Annotated[
        Day | None, Field(description="It was only invited then, and is to be approved.")
    ] = None

    def command(self) -> RegisterParty:
        """Return what is to be done."""
        return RegisterParty(
            id=self.id,
            society=self.society,
            public_name=self.public_name,
            is_person=self.is_person,
            area=AreaRef(self.scheme, self.area),
            invited_on=self.invited_on,
        )


class PartiesToRegister(Body):
    """Up to 500 parties; each is decided on its own."""

    model_config = example(parties=[_TEAM])

    parties: Annotated[
        list[Attempted[PartyToRegister]], Field(min_length=1, max_length=MOST_AT_ONCE)
    ]


class PartyToVet(Body):
    """When the party was vetted, and the last day on which that counts."""

    model_config = example(vetted_on="2026-02-20", valid_until="2027-02-19")

    vetted_on: Day
    valid_until: Day


class PartyToSuspend(Body):
    """Since when the party may not be matched, and why."""

    model_config = example(suspended_on="2026-03-01", reason="licence_lapsed")

    suspended_on: Day
    reason: SuspensionReason


class PartyToApprove(Body):
    """Since when the party may be matched, or again."""

    model_config = example(approved_on="2026-03-01")

    approved_on: Day


class PartyToRecertify(Body):
    """When the party was asked to be certified anew, and by when it has to be."""

    model_config = example(required_on="2026-03-01", due_on="2026-04-30")

    required_on: Day
    due_on: Day


class PartyToMerge(Body):
    """The party as which one that was entered twice lives on, and since when."""

    model_config = example(
        survivor_id="0192d3c4-5b6a-7890-8abc-def012345678", merged_on="2026-03-01"
    )

    survivor_id: UUID
    merged_on: Day


class PartyView(View):
    """A party, its vetting, and whether it is suspended."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        version=2,
        society_label="社区志愿者",
        **_TEAM,
        vetted_on="2026-02-20",
        vetting_valid_until="2027-02-19",
        standing="approved",
        standing_label="已核准",
        standing_since="2026-02-20",
        recertify_by=None,
        merged_into=None,
        suspended_on=None,
        suspension_reason=None,
        suspension_reason_label=None,
    )

    id: UUID
    version: int
    society: Society
    society_label: str
    public_name: str
    is_person: bool
    scheme: AreaScheme
    area: str
    vetted_on: date | None
    vetting_valid_until: date | None
    standing: PartyStanding
    standing_label: str
    standing_since: date | None
    recertify_by: date | None
    merged_into: UUID | None
    suspended_on: date | None
    suspension_reason: SuspensionReason | None
    suspension_reason_label: str | None

    @classmethod
    def of(cls, party: Party, language: Language) -> Self:
        """Show a party to somebody who reads this language."""
        vetting, suspension, standing = party.vetting, party.suspension, party.standing
        return cls(
            id=party.id,
            version=party.version,
            society=party.society,
            society_label=label(party.society, language),
            public_name=party.public_name,
            is_person=party.is_person,
            scheme=party.area.scheme,
            area=party.area.code,
            vetted_on=vetting.vetted_on if vetting else None,
            vetting_valid_until=vetting.valid_until if vetting else None,
            standing=name_of(standing),
            standing_label=label(name_of(standing), language),
            standing_since=since(standing),
            recertify_by=standing.due_on if isinstance(standing, Recertification) else None,
            merged_into=party.survivor_id,
            suspended_on=suspension.suspended_on if suspension else None,
            suspension_reason=suspension.reason if suspension else None,
            suspension_reason_label=label(suspension.reason, language) if suspension else None,
        )
