"""Linkage plans as callers receive them."""

from typing import Literal, Self
from uuid import UUID

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import (
    Society,
)
from matching.app.queries import SeenMatch, SeenPart, SeenPlan
from matching.domain.linkage import Certificate
from matching.entrypoints.http.match_schemas import MatchView
from matching.entrypoints.http.need_schemas import ASKED_LINE, LineView

_CERTIFICATE = {
    "plan_sequence": 7,
    "status": "optimal",
    "value": 4210,
    "bound": 4210,
    "gap": 0,
    "engine_version": "exact-1",
    "policy_version": 1,
}


class CertificateView(View):
    """How good the pool's plan was proved to be: no plan is worth more than `bound`."""

    model_config = example(**_CERTIFICATE)

    plan_sequence: int
    status: Literal["optimal", "feasible"]
    value: int
    bound: int
    gap: int
    engine_version: str
    policy_version: int

    @classmethod
    def of(cls, certificate: Certificate | None) -> Self | None:
        """Show a certificate, if a plan was made."""
        if certificate is None:
            return None
        return cls(
            plan_sequence=certificate.plan_sequence,
            status="optimal" if certificate.gap == 0 else "feasible",
            value=certificate.value,
            bound=certificate.bound,
            gap=certificate.gap,
            engine_version=certificate.engine_version,
            policy_version=certificate.policy_version,
        )


class PlanLineView(View):
    """One line of a linkage plan, and the match that fills it, if there is one."""

    line: LineView
    society: Society | None = None
    society_label: str | None = None
    match: MatchView | None = None

    @classmethod
    def of(cls, part: SeenPart, language: Language) -> Self:
        """Show a line to somebody who reads this language."""
        seen: SeenMatch | None = part.seen
        society = None if seen is None else seen.match.pairing.society
        return cls(
            line=LineView.of(part.line, language),
            society=society,
            society_label=None if society is None else label(society, language),
            match=None if seen is None else MatchView.of(seen, language),
        )


class PlanView(View):
    """The linkage plan (联动方案) of a need: which society fills which line, and what is missing.

    Version 0 means that no plan was made yet.
    """

    model_config = example(
        need_id="0192d3c4-1111-7000-8000-000000000001",
        version=1,
        lines=[
            {"line": ASKED_LINE, "society": None, "society_label": None, "match": None},
        ],
        societies=[],
        missing=[ASKED_LINE["id"]],
        certificate=_CERTIFICATE,
    )

    need_id: UUID
    version: int
    lines: list[PlanLineView]
    societies: list[Society]
    missing: list[UUID]
    certificate: CertificateView | None = None

    @classmethod
    def of(cls, plan: SeenPlan, language: Language) -> Self:
        """Show a plan to somebody who reads this language."""
        lines = [PlanLineView.of(part, language) for part in plan.parts]
        taking_part = {line.society for line in lines}
        return cls(
            need_id=plan.need.id,
            version=plan.version,
            lines=lines,
            societies=[society for society in Society if society in taking_part],
            missing=[part.line.id for part in plan.parts if part.seen is None],
            certificate=CertificateView.of(plan.certificate),
        )
