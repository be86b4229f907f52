"""Staffing rules in PostgreSQL; that no two hold at once the database sees to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from common.persistence.keyset import after
from common.places import AreaRef
from common.vocabulary import AreaScheme, StationTier
from registry.adapters.postgres.integrity import broken_rule
from registry.adapters.postgres.station_tables import StaffingRuleRow
from registry.adapters.published_stations import about_staffing_rule
from registry.app.ports.staffing_rules import StaffingRuleFilter, StaffingRules
from registry.domain.errors.staffing import (
    StaffingRuleChangedMeanwhile,
    StaffingRuleIdTaken,
    StaffingRulesOverlap,
)
from registry.domain.staffing import RuleId, StaffingRule, StaffingRuleFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.change import Change
    from common.errors import Conflict
    from common.paging import Key, Slice, Window
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork
    from common.places import Area

ONE_AT_A_TIME: Final = "one_staffing_rule_at_a_time"


class PostgresStaffingRules(StaffingRules):
    """The staffing rules of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._areas: Final = areas

    @override
    async def find(self, rule_id: RuleId, /) -> StaffingRule | None:
        async with self._unit_of_work.transaction() as session:
            row = await session.get(StaffingRuleRow, rule_id)
        return None if row is None else _to_rule(row)

    @override
    async def add(self, change: Change[StaffingRule, StaffingRuleFact], /) -> None:
        await self._write(insert(StaffingRuleRow).values(**_to_values(change.state)), change)

    @override
    async def save(self, change: Change[StaffingRule, StaffingRuleFact], /) -> None:
        rule = change.state
        before = rule.version - len(change.facts)
        unchanged = (col(StaffingRuleRow.id) == rule.id) & (col(StaffingRuleRow.version) == before)
        written = await self._write(
            update(StaffingRuleRow).where(unchanged).values(**_to_values(rule)), change
        )
        if written == 0:
            raise StaffingRuleChangedMeanwhile(rule_id=rule.id)

    @override
    async def around(self, area: Area, tier: StationTier, /, *, on: date) -> Sequence[StaffingRule]:
        statement = select(StaffingRuleRow).where(
            col(StaffingRuleRow.tier) == tier.value,
            col(StaffingRuleRow.scheme) == area.ref.scheme.value,
            col(StaffingRuleRow.area).in_(area.ancestors),
            _holds_on(on),
        )
        async with self._unit_of_work.transaction() as session:
            return [_to_rule(row) for row in (await session.exec(statement)).all()]

    @override
    async def page(self, wanted: StaffingRuleFilter, window: Window, /) -> Slice[StaffingRule]:
        statement = (
            select(StaffingRuleRow)
            .where(after(window, col(StaffingRuleRow.id)), *self._claims(wanted))
            .order_by(col(StaffingRuleRow.id))
            .limit(window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return cut([_to_rule(row) for row in rows], window, _key)

    async def _write(self, statement: Any, change: Change[StaffingRule, StaffingRuleFact]) -> int:  # noqa: ANN401 - an insert or an update
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    written = await session.exec(statement)
            except IntegrityError as error:
                raise _refusal(error, change.state) from error
            if written.rowcount:
                await self._outbox.stage(
                    session, [about_staffing_rule(fact) for fact in change.facts]
                )
        return int(written.rowcount)

    def _claims(self, wanted: StaffingRuleFilter) -> Iterator[ColumnElement[bool]]:
        scheme, area = col(StaffingRuleRow.scheme), col(StaffingRuleRow.area)
        if wanted.within is not None:
            yield self._areas.under(frozenset({wanted.within}), scheme, area)
        if wanted.scheme is not None:
            yield scheme == wanted.scheme.value
        if wanted.tier is not None:
            yield col(StaffingRuleRow.tier) == wanted.tier.value
        if wanted.on is not None:
            yield _holds_on(wanted.on)


def _holds_on(day: date) -> ColumnElement[bool]:
    last = col(StaffingRuleRow.valid_until)
    return (col(StaffingRuleRow.valid_from) <= day) & or_(last.is_(None), last >= day)


def _key(rule: StaffingRule) -> Key:
    return (rule.id,)


def _refusal(error: IntegrityError, rule: StaffingRule) -> Conflict:
    if broken_rule(error) == ONE_AT_A_TIME:
        return StaffingRulesOverlap(scheme=rule.area.scheme, area=rule.area.code)
    return StaffingRuleIdTaken(rule_id=rule.id)


def _to_rule(row: StaffingRuleRow) -> StaffingRule:
    return StaffingRule(
        id=RuleId(row.id),
        version=row.version,
        tier=StationTier(row.tier),
        area=AreaRef(AreaScheme(row.scheme), row.area),
        min_full_time=row.min_full_time,
        min_certified=row.min_certified,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def _to_values(rule: StaffingRule) -> dict[str, Any]:
    return StaffingRuleRow(
        id=rule.id,
        version=rule.version,
        tier=rule.tier.value,
        scheme=rule.area.scheme.value,
        area=rule.area.code,
        min_full_time=rule.min_full_time,
        min_certified=rule.min_certified,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
    ).model_dump()
