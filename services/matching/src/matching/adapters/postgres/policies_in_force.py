"""Which policies are in force, found by their versions: what a version says never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel import col

from common.places import AreaRef
from common.together import Together
from common.vocabulary import AreaScheme
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.tables import PolicyDocumentRow
from matching.domain.policy import Policy
from matching.domain.policy_document import Activation, PolicyDocument

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.unit_of_work import UnitOfWork

POLICY: Final = TypeAdapter(Policy)

# The latest of each area; those of the smallest areas come first.
_IN_FORCE: Final = text("""
    select asked.place, latest.version
    from unnest(cast(:times as timestamptz[])) with ordinality as asked (at, place)
    cross join lateral (
        select distinct on (document.scheme, document.area)
            document.version, document.effective_from,
            coalesce(cardinality(own.ancestors), 0) as depth
        from policy_document as document
        left join area as own on (own.scheme, own.code) = (document.scheme, document.area)
        where document.effective_from <= asked.at
        order by
            document.scheme, document.area, document.effective_from desc, document.version desc
    ) as latest
    order by asked.place, latest.depth desc, latest.effective_from desc, latest.version desc
""")


class PoliciesInForce:
    """Reads the policies in force, in the transaction that is open or together with others."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work
        self._documents: Final[dict[int, PolicyDocument]] = {}
        self._together: Final = Together(self._read)

    async def at(self, at: datetime) -> Sequence[PolicyDocument]:
        """Return the latest policy of each area that has one, the smallest areas first."""
        if self._unit_of_work.is_open:
            (in_force,) = await self._read([at])
            return in_force
        return await self._together.one(at)

    async def _read(self, times: Sequence[datetime]) -> Sequence[Sequence[PolicyDocument]]:
        versions: list[list[int]] = [[] for _ in times]
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            for row in await connection.execute(_IN_FORCE, {"times": list(times)}):
                versions[row.place - 1].append(row.version)
            await self._learn(session, {each for found in versions for each in found})
        return [[self._documents[each] for each in found] for found in versions]

    async def _learn(self, session: AsyncSession, versions: set[int]) -> None:
        missing = versions - self._documents.keys()
        if missing:
            wanted = rows_of(PolicyDocumentRow).where(col(PolicyDocumentRow.version).in_(missing))
            for row in await fetch(session, wanted, PolicyDocumentRow):
                self._documents[row.version] = to_document(row)


def to_document(row: PolicyDocumentRow) -> PolicyDocument:
    """Return the policy of a row."""
    activation = None
    if row.activated_by is not None:
        assert row.activated_at is not None
        assert row.effective_from is not None
        activation = Activation(
            by=row.activated_by, at=row.activated_at, effective_from=row.effective_from
        )
    return PolicyDocument(
        policy=POLICY.validate_python({**row.figures, "version": row.version}),
        area=_area(row),
        title=row.title,
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        activation=activation,
    )


def policy_values(policy: Policy) -> Any:  # noqa: ANN401 - a document
    """Return the figures of a policy as they are kept."""
    return POLICY.dump_python(policy, mode="json", exclude={"version"})


def _area(row: PolicyDocumentRow) -> AreaRef | None:
    if row.scheme is None or row.area is None:
        return None
    return AreaRef(AreaScheme(row.scheme), row.area)
