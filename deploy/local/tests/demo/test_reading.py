"""What matching answers, in the shape of the transcript."""

from typing import Any
from uuid import UUID

from wushe.demo.reading import failing_rules, non_match_of, plan_of

LINE = "0192d3c4-1111-7000-8000-000000000002"
OTHER = "0192d3c4-1111-7000-8000-000000000009"
MATCH: dict[str, Any] = {
    "id": "0192d3c4-1111-7000-8000-000000000003",
    "society": "volunteer",
    "party_id": "0192d3c4-1111-7000-8000-000000000004",
    "party_name": "志愿服务队",
    "offer_title": "周六陪伴",
    "state": "asked",
    "value": 433,
    "distance_metres": 200,
    "terms": [{"term": "fit", "term_label": "适配", "points": 433}],
    "reason_zh": "离需求地点 200 米。",
    "reason_en": "200 m from the place of need.",
}


def a_line(match: dict[str, Any] | None, derived_from: str | None = None) -> dict[str, Any]:
    line = {
        "id": LINE,
        "service": "company",
        "service_label": "陪伴照看",
        "derived_from": derived_from,
    }
    return {"line": line, "match": match}


def a_pair(line_id: str, *failed: str) -> dict[str, Any]:
    pair = {
        "line_id": line_id,
        "service": "company",
        "offer_id": "0192d3c4-1111-7000-8000-000000000005",
        "offer_title": "周六陪伴",
        "party_name": "志愿服务队",
        "verdict": "forbidden" if failed else "allowed",
        "sentence_zh": "没有审核记录。",
        "sentence_en": "Never vetted.",
        "failed_rules": list(failed),
    }
    rules = [
        {"code": code, "holds": False, "sentence_zh": "否。", "sentence_en": "No.", "source": "法"}
        for code in failed
    ]
    return {"pair": pair, "rules": rules}


def test_a_line_without_a_match_is_shown_as_missing() -> None:
    plan = plan_of({"lines": [a_line(None)], "certificate": None})

    (line,) = plan.lines
    assert (line.party, line.state, line.value) == (None, None, None)
    assert plan.certificate is None


def test_a_filled_line_has_who_why_and_how_much() -> None:
    certificate = {"value": 433, "bound": 433, "gap": 0, "status": "optimal", "plan_sequence": 7}

    plan = plan_of({"lines": [a_line(MATCH, derived_from=OTHER)], "certificate": certificate})

    (line,) = plan.lines
    assert (line.society, line.state, line.derived) == ("volunteer", "asked", True)
    assert sum(term.points for term in line.terms) == line.value
    assert plan.certificate is not None
    assert plan.certificate.gap == 0


def test_a_non_match_is_that_of_the_line_in_question() -> None:
    document = {"lines": [a_pair(OTHER, "service_fits"), a_pair(LINE, "vetting_valid")]}

    non_match = non_match_of(document, LINE)

    assert non_match.line_id == UUID(LINE)
    assert [(rule.code, rule.source) for rule in non_match.rules] == [("vetting_valid", "法")]


def test_failing_rules_are_told_line_by_line() -> None:
    document = {"lines": [a_pair(OTHER, "service_fits", "unit_fits"), a_pair(LINE)]}

    assert failing_rules(document) == {OTHER: {"service_fits", "unit_fits"}, LINE: frozenset()}
