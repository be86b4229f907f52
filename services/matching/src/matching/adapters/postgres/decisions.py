"""Decisions in PostgreSQL: what plans knew when they proposed matches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.explaining_tables import DecisionProblemRow, DecisionRow
from matching.adapters.postgres.reading import fetch, rows_of
from matching.app.replay_match import Decisions
from matching.domain.decision import Candidate, Decision
from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PoolId
from matching.domain.linkage import Certificate
from matching.engine import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.unit_of_work import UnitOfWork
    from matching.domain.decision import Replayed

_NAMES: Final = UUID("6b0d1d6e-3d0b-4c53-9a52-0a8b2f4f6f11")


class PostgresDecisions(Decisions):
    """Each ability is a transaction of its own, or joins the one that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def keep(self, decisions: Sequence[Decision]) -> None:
        async with self._unit_of_work.transaction() as session:
            await keep_decisions(session, decisions)

    @override
    async def of_match(self, match_id: MatchId) -> Decision | None:
        wanted = rows_of(DecisionRow).where(col(DecisionRow.match_id) == match_id)
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, DecisionRow)
            if not rows:
                return None
            kept = await _kept(session, rows[0].problem_id)
            return _to_decision(rows[0], kept)

    @override
    async def note_replay(self, replayed: Replayed, *, at: datetime) -> None:
        of_match = col(DecisionRow.match_id) == replayed.decision.match_id
        async with self._unit_of_work.transaction() as session:
            await (await session.connection()).execute(
                update(DecisionRow)
                .where(of_match)
                .values(
                    replayed_at=at,
                    replayed_by=replayed.engine_version,
                    is_same=replayed.is_same,
                )
            )


async def keep_decisions(session: AsyncSession, decisions: Sequence[Decision]) -> None:
    """Write what a plan knew, in the session that writes the plan."""
    if not decisions:
        return
    connection = await session.connection()
    # Decisions of one plan often compete with each other: their problem is one object.
    documents: dict[int, tuple[UUID, dict[str, Any]]] = {}
    for decision in decisions:
        if decision.competing is not None and id(decision.competing) not in documents:
            documents[id(decision.competing)] = _document(decision.competing, decision.sessions)
    if documents:
        rows = {key: {"id": key, "problem": problem} for key, problem in documents.values()}
        new = upsert(DecisionProblemRow).on_conflict_do_nothing()
        await connection.execute(new, list(rows.values()))
    await connection.execute(
        insert(DecisionRow),
        [_values(decision, documents.get(id(decision.competing))) for decision in decisions],
    )


async def _kept(session: AsyncSession, problem_id: UUID | None) -> dict[str, Any] | None:
    if problem_id is None:
        return None
    wanted = rows_of(DecisionProblemRow).where(col(DecisionProblemRow.id) == problem_id)
    (row,) = await fetch(session, wanted, DecisionProblemRow)
    return row.problem


def _to_problem(kept: dict[str, Any]) -> Problem:
    return Problem.of(
        line_ids=[UUID(each) for each in kept["lines"]],
        quantity=kept["quantity"],
        offer_ids=[UUID(each) for each in kept["offers"]],
        capacity=kept["capacity"],
        line=kept["line"],
        offer=kept["offer"],
        value=kept["value"],
        clashes=[(one, other) for one, other in kept.get("clashes", ())],
    )


def _document(problem: Problem, sessions: Mapping[UUID, OfferId]) -> tuple[UUID, dict[str, Any]]:
    """Return a problem as it is kept, under a key that follows from what it says."""
    document: dict[str, Any] = {
        "lines": [str(each) for each in problem.line_ids],
        "quantity": problem.quantity.tolist(),
        "offers": [str(each) for each in problem.offer_ids],
        "capacity": problem.capacity.tolist(),
        "line": problem.line.tolist(),
        "offer": problem.offer.tolist(),
        "value": problem.value.tolist(),
    }
    if sessions:
        document["sessions"] = {str(each): str(offer) for each, offer in sessions.items()}
        document["clashes"] = [list(pair) for pair in problem.clashes]
    return uuid5(_NAMES, json.dumps(document)), document


def _values(decision: Decision, document: tuple[UUID, dict[str, Any]] | None) -> dict[str, Any]:
    certificate = decision.certificate
    return {
        "match_id": decision.match_id,
        "need_id": decision.need_id,
        "line_id": decision.line_id,
        "offer_id": decision.offer_id,
        "pool_id": decision.pool_id,
        "decided_at": decision.decided_at,
        "plan_sequence": certificate.plan_sequence,
        "plan_value": certificate.value,
        "plan_bound": certificate.bound,
        "reserved_value": certificate.reserved_value,
        "reserved_bound": certificate.reserved_bound,
        "engine_version": certificate.engine_version,
        "policy_version": certificate.policy_version,
        "candidates": [
            [str(each.offer_id), each.value, each.price] for each in decision.candidates
        ],
        "value": decision.value,
        "bound": decision.bound,
        "problem_id": None if document is None else document[0],
    }


def _to_decision(row: DecisionRow, kept: dict[str, Any] | None) -> Decision:
    sessions = {} if kept is None else kept.get("sessions", {})
    return Decision(
        match_id=MatchId(row.match_id),
        need_id=NeedId(row.need_id),
        line_id=LineId(row.line_id),
        offer_id=OfferId(row.offer_id),
        pool_id=PoolId(row.pool_id),
        decided_at=row.decided_at,
        certificate=Certificate(
            plan_sequence=row.plan_sequence,
            value=row.plan_value,
            bound=row.plan_bound,
            reserved_value=row.reserved_value,
            reserved_bound=row.reserved_bound,
            engine_version=row.engine_version,
            policy_version=row.policy_version,
        ),
        candidates=tuple(
            Candidate(offer_id=OfferId(UUID(offer_id)), value=value, price=price)
            for offer_id, value, price in row.candidates
        ),
        value=row.value,
        bound=row.bound,
        competing=None if kept is None else _to_problem(kept),
        sessions={UUID(each): OfferId(UUID(offer)) for each, offer in sessions.items()},
    )
