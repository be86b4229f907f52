"""Sentences about plans and explanations, in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wushe.demo.scenes import Scenes
    from wushe.demo.transcript import FilledLine, NonMatch, Plan


def tell_parties(scenes: Scenes, plan: Plan) -> None:
    """Say who is to fill what."""
    for line in plan.lines:
        scenes.say(
            en=f"{line.service} ← {line.party} ({line.society})",
            zh=f"{line.label} ← {line.party}",
        )


def tell_reasons(scenes: Scenes, plan: Plan) -> None:
    """Say who is to fill what and why, and how good the plan is."""
    for line in plan.lines:
        en, zh = _reasons(line)
        scenes.say(en=en, zh=zh)
    if (proof := plan.certificate) is not None:
        scenes.say(
            en=f"Plan value {proof.value}, bound {proof.bound}, gap {proof.gap}: {proof.status}.",
            zh=f"方案总分 {proof.value}，上界 {proof.bound}，差距 {proof.gap}（{proof.status}）。",
        )


def tell_non_match(scenes: Scenes, non_match: NonMatch) -> None:
    """Say which rules an offer keeps and which it does not, with the law behind these."""
    scenes.say(
        en=f"{non_match.party} for {non_match.service}: {non_match.verdict}.",
        zh=f"{non_match.party}：不符合条件。",
    )
    kept = [rule for rule in non_match.rules if rule.passed]
    for rule in non_match.rules:
        if not rule.passed:
            law = f"（{rule.source}）" if rule.source else ""
            scenes.say(en=f"✗ {rule.code}: {rule.sentence.en}", zh=f"✗ {rule.sentence.zh}{law}")
    scenes.say(
        en=f"✓ {len(kept)} rules hold: {', '.join(rule.code for rule in kept)}.",
        zh=f"✓ 其余 {len(kept)} 条规则均符合：" + "".join(rule.sentence.zh for rule in kept),
    )


def _reasons(line: FilledLine) -> tuple[str, str]:
    counted = [term for term in line.terms if term.points]
    terms_en = ", ".join(f"{term.code} {term.points}" for term in counted)
    terms_zh = "、".join(f"{term.label} {term.points}" for term in counted)
    en = f"{line.service} ← {line.party} ({line.society}), {line.value} points ({terms_en})."
    zh = f"{line.label} ← {line.party}，{line.value} 分（{terms_zh}）。"
    why = line.reason
    return (en, zh) if why is None else (f"{en} {why.en}", f"{zh}{why.zh}")
