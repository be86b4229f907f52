"""Reads what matching answers into the shape of the transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushe.demo.transcript import (
    Certificate,
    FilledLine,
    NonMatch,
    Plan,
    RuleResult,
    Saying,
    Term,
)

if TYPE_CHECKING:
    from wushe.demo.desk import Json


def plan_of(document: Json) -> Plan:
    """Read a linkage plan; one that was never made yet proves nothing."""
    found: Json | None = document["certificate"]
    return Plan(
        lines=tuple(_line(line) for line in document["lines"]),
        certificate=None
        if found is None
        else Certificate(
            value=found["value"],
            bound=found["bound"],
            gap=found["gap"],
            status=found["status"],
            plan_sequence=found["plan_sequence"],
        ),
    )


def non_match_of(document: Json, line_id: str) -> NonMatch:
    """Read why an offer does not go with one line of a need."""
    line = next(each for each in document["lines"] if each["pair"]["line_id"] == line_id)
    pair = line["pair"]
    return NonMatch(
        party=pair["party_name"],
        offer=pair["offer_title"],
        offer_id=pair["offer_id"],
        line_id=pair["line_id"],
        service=pair["service"],
        verdict=pair["verdict"],
        rules=tuple(_rule(rule) for rule in line["rules"]),
        conclusion=_sentence(pair),
    )


def failing_rules(document: Json) -> dict[str, frozenset[str]]:
    """Return, line by line, the codes of the rules that say no."""
    return {
        line["pair"]["line_id"]: frozenset(line["pair"]["failed_rules"])
        for line in document["lines"]
    }


def _line(part: Json) -> FilledLine:
    line: Json = part["line"]
    asked: Json = {
        "line_id": line["id"],
        "service": line["service"],
        "label": line["service_label"],
        "derived": line["derived_from"] is not None,
    }
    match: Json | None = part["match"]
    if match is None:
        return FilledLine(**asked)
    return FilledLine(
        **asked,
        society=match["society"],
        party_id=match["party_id"],
        party=match["party_name"],
        offer=match["offer_title"],
        match_id=match["id"],
        state=match["state"],
        value=match["value"],
        distance_metres=match["distance_metres"],
        terms=tuple(
            Term(code=term["term"], label=term["term_label"], points=term["points"])
            for term in match["terms"]
        ),
        reason=Saying(zh=match["reason_zh"], en=match["reason_en"]),
    )


def _rule(rule: Json) -> RuleResult:
    return RuleResult(
        code=rule["code"], passed=rule["holds"], sentence=_sentence(rule), source=rule["source"]
    )


def _sentence(found: Json) -> Saying:
    return Saying(zh=found["sentence_zh"], en=found["sentence_en"])
