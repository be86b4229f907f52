"""Parties that were entered twice, found by equal digests: no key is fetched, nothing is opened."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col
from typing_extensions import override

from registry.adapters.postgres.contact_tables import ContactRow
from registry.adapters.postgres.profile_tables import SocialWorkerRow, VolunteerRow
from registry.adapters.postgres.tables import PartyRow
from registry.app.ports.duplicates import Duplicates
from registry.domain.duplicates import Candidate, Sameness
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Select

    from common.areas import Areas
    from common.grants import Scope
    from common.persistence.unit_of_work import UnitOfWork
    from registry.domain.party import Party

_BY_DIGEST: Final = {
    Sameness.ID_NUMBER: "id_number_index",
    Sameness.ID_TAIL: "id_tail_index",
    Sameness.PHONE: "phone_index",
    Sameness.NAME: "name_index",
    Sameness.CERTIFICATE_NUMBER: "certificate_number_index",
}
_BY_ORGANISATION: Final[Sequence[tuple[Any, str]]] = (
    (VolunteerRow, "organisation_id"),
    (SocialWorkerRow, "employer_id"),
)


class PostgresDuplicates(Duplicates):
    """The records of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def of(self, party: Party, scope: Scope, /) -> Sequence[Candidate]:
        pairs = union_all(*_pairs(party)).subquery()
        wanted = (
            select(pairs.c.party_id, pairs.c.reason)
            .join(PartyRow, col(PartyRow.id) == pairs.c.party_id)
            .where(
                col(PartyRow.id) != party.id,
                col(PartyRow.merged_into).is_(None),
                col(PartyRow.society) == party.society.value,
                col(PartyRow.is_person) == party.is_person,
                or_(
                    self._areas.within(scope, col(PartyRow.scheme), col(PartyRow.area)),
                    col(PartyRow.id).in_(scope.orgs),
                ),
            )
            .distinct()
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await (await session.connection()).execute(wanted)).all()
        reasons: defaultdict[UUID, set[Sameness]] = defaultdict(set)
        for row in rows:
            reasons[row.party_id].add(Sameness(row.reason))
        return [
            Candidate(party_id=PartyId(found), reasons=_without_repetition(why))
            for found, why in reasons.items()
        ]


def _pairs(party: Party) -> Sequence[Select[Any, Any]]:
    """Return, reason by reason, the parties that share something with one."""
    ours, theirs = aliased(ContactRow), aliased(ContactRow)
    found: list[Select[Any, Any]] = [
        select(col(theirs.party_id).label("party_id"), literal(reason.value).label("reason")).where(
            col(ours.party_id) == party.id, getattr(theirs, column) == getattr(ours, column)
        )
        for reason, column in _BY_DIGEST.items()
    ]
    for row, column in _BY_ORGANISATION:
        mine, other = aliased(row), aliased(row)
        # Of those who share the name: an organisation alone would bring all of its people.
        found.append(
            select(col(theirs.party_id), literal(Sameness.ORGANISATION.value)).where(
                col(ours.party_id) == party.id,
                col(theirs.name_index) == col(ours.name_index),
                col(mine.party_id) == col(ours.party_id),
                col(other.party_id) == col(theirs.party_id),
                getattr(other, column) == getattr(mine, column),
            )
        )
    if not party.is_person:
        found.append(
            select(col(PartyRow.id), literal(Sameness.PUBLIC_NAME.value)).where(
                func.lower(col(PartyRow.public_name)) == party.public_name.lower()
            )
        )
    return found


def _without_repetition(reasons: set[Sameness]) -> frozenset[Sameness]:
    # Who shares the whole number shares its end, which proves nothing more.
    whole = {Sameness.ID_TAIL} if Sameness.ID_NUMBER in reasons else set[Sameness]()
    return frozenset(reasons - whole)
