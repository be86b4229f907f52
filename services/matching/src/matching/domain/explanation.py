"""Why a party is matched or not: every rule, every point, and one sentence, for one pair.

The same predicates and terms that made the plan are asked again, so an explanation cannot differ
from the decision that it explains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from common.vocabulary import Labelled
from matching.domain import saying, score
from matching.domain.case import Case
from matching.domain.columns import UNKNOWN, Pairs, board, every_pair
from matching.domain.counterfactual import AllowedIf, Priced, allowed_if
from matching.domain.identity import PartyId
from matching.domain.match import HOLDING, STANDING, DeclineReason, Match, SaidNo
from matching.domain.need import Line, Need
from matching.domain.offer import Offer
from matching.domain.party import Party
from matching.domain.rules import RULES, Rule
from matching.domain.saying import Saying
from matching.domain.worth import Worth

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matching.domain.counterfactual import Market
    from matching.domain.identity import LineId, OfferId
    from matching.domain.policy import Policy


class Verdict(Labelled):
    """What became of a pair."""

    CHOSEN = "chosen", "已选用", "Chosen"
    ALLOWED = "allowed", "可选未用", "Allowed, not chosen"
    FORBIDDEN = "forbidden", "不符合条件", "Not allowed"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, whether it holds for the pair, and the sentence that says why."""

    rule: Rule
    holds: bool
    says: Saying


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One line of a need with one offer: the checks, the worth, and what came of it.

    ``worth`` is none where a rule forbids the pair: what may not be has no value. ``priced`` is
    none until somebody asks the whole pool. ``said_no`` are the party's answers to the need, those
    that another time or place has lifted among them.
    """

    case: Case
    line: Line
    offer: Offer
    party: Party
    checks: tuple[Check, ...]
    metres: int | None
    worth: Worth | None
    verdict: Verdict
    says: Saying
    allowed_if: AllowedIf | None = None
    priced: Priced | None = None
    said_no: tuple[SaidNo, ...] = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        """The rules that forbid the pair, in the order of asking."""
        return tuple(check for check in self.checks if not check.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an explanation looks at besides the need: who gives what, who said no, what stands."""

    offers: tuple[Offer, ...]
    parties: Mapping[PartyId, Party]
    refusals: Mapping[PartyId, DeclineReason]
    matches: tuple[Match, ...]
    said_no: Mapping[PartyId, tuple[SaidNo, ...]] = field(default_factory=dict)
    """Every no to the need: also those that count no more, and so are no refusals."""


def explain(
    need: Need, around: Circumstances, policy: Policy, *, at: datetime
) -> tuple[Explanation, ...]:
    """Explain every line of a need with every offer, in the order of lines and offers."""
    found: list[Explanation] = []
    for line in need.lines:
        current = _current(line, around.matches)
        offers = tuple(_as_before(current, offer) for offer in around.offers)
        found.extend(_explain_line(need, line, replace(around, offers=offers), policy, at))
    return tuple(replace(each, said_no=around.said_no.get(each.party.id, ())) for each in found)


def with_prices(
    found: Sequence[Explanation], market: Market, *, most: int | None = None
) -> tuple[Explanation, ...]:
    """Add to explanations what is at stake, for the first ``most`` of each line and verdict.

    Each that a rule forbids asks the pool another question, so a long list is not priced whole.
    """
    taken: Counter[tuple[LineId, Verdict]] = Counter()
    priced: list[Explanation] = []
    for each in found:
        taken[each.line.id, each.verdict] += 1
        is_in = most is None or taken[each.line.id, each.verdict] <= most
        priced.append(_priced(each, market, concretely=most is None) if is_in else each)
    return tuple(priced)


def _priced(explanation: Explanation, market: Market, *, concretely: bool) -> Explanation:
    priced = market.price(explanation.case, concretely=concretely)
    if explanation.verdict is Verdict.CHOSEN:
        priced = replace(priced, chosen_if=None)
    return replace(explanation, priced=priced)


def reason(case: Case) -> Saying:
    """Say in one sentence why a pair fits, beginning with what people ask first: how far."""
    rules = {rule.code: rule for rule in RULES}
    codes = ["place_within_reach", "weekday_fits", "quantity_fits"]
    if case.line.needs_vetting:
        codes.append("vetting_valid")
    return saying.joined(rules[code].says_yes(case) for code in codes)


def reason_of(match: Match, case: Case) -> Saying:
    """Say why a match was made, as if it did not hold anything of its offer yet."""
    return reason(replace(case, offer=_as_before(match, case.offer)))


def _current(line: Line, matches: Sequence[Match]) -> Match | None:
    of_line = [match for match in matches if match.pairing.line_id == line.id]
    held = [match for match in of_line if match.state in HOLDING]
    standing = [match for match in of_line if match.state in STANDING]
    return next(iter([*held, *standing]), None)


def _as_before(current: Match | None, offer: Offer) -> Offer:
    """Return the offer as it was before the line's own match took from it."""
    if current is None or current.pairing.offer_id != offer.id or not current.holds:
        return offer
    before = offer.without(current.holds)
    if offer.openings is None or current.appointment is None:
        return before
    session_id = current.appointment.session_id
    openings = tuple(
        replace(each, free=each.free + current.holds) if each.session_id == session_id else each
        for each in offer.openings
    )
    return replace(before, openings=openings)


def _explain_line(
    need: Need, line: Line, around: Circumstances, policy: Policy, at: datetime
) -> list[Explanation]:
    pairs = every_pair(
        board(
            [(need, line)],
            around.offers,
            parties=around.parties,
            refusals=frozenset((need.id, party_id) for party_id in around.refusals),
            matches=around.matches,
            offering=policy.offering,
            at=at,
        )
    )
    verdicts = {rule.code: rule.holds(pairs).tolist() for rule in RULES}
    worths = score.worths(pairs, policy)
    current = _current(line, around.matches)
    return [
        _explained(
            case,
            {code: holds[row] for code, holds in verdicts.items()},
            worths[row],
            current,
        )
        for row, case in enumerate(_cases(need, line, around, pairs, at))
    ]


def _cases(need: Need, line: Line, around: Circumstances, pairs: Pairs, at: datetime) -> list[Case]:
    return [
        Case(
            need=need,
            line=line,
            offer=offer,
            party=around.parties[offer.supply.party_id],
            metres=None if metres == UNKNOWN else metres,
            refusal=around.refusals.get(offer.supply.party_id),
            at=at,
        )
        for offer, metres in zip(around.offers, pairs.metres().tolist(), strict=True)
    ]


def _explained(
    case: Case, holds: Mapping[str, bool], worth: Worth, current: Match | None
) -> Explanation:
    checks = tuple(
        Check(rule, holds[rule.code], rule.says(case, holds=holds[rule.code])) for rule in RULES
    )
    failed = [check.says for check in checks if not check.holds]
    chosen_offer: OfferId | None = None if current is None else current.pairing.offer_id
    verdict = _verdict(case.offer.id, chosen_offer, is_allowed=not failed)
    amendments = tuple(
        amendment for rule in RULES if not holds[rule.code] for amendment in rule.amends(case)
    )
    return Explanation(
        case=case,
        line=case.line,
        offer=case.offer,
        party=case.party,
        checks=checks,
        metres=case.metres,
        worth=None if failed else worth,
        verdict=verdict,
        says=_sentence(verdict, case, failed, worth, current),
        allowed_if=None if verdict is Verdict.CHOSEN else allowed_if(amendments),
    )


def _verdict(offer_id: OfferId, chosen: OfferId | None, *, is_allowed: bool) -> Verdict:
    if offer_id == chosen:
        return Verdict.CHOSEN
    return Verdict.ALLOWED if is_allowed else Verdict.FORBIDDEN


def _sentence(
    verdict: Verdict, case: Case, failed: list[Saying], worth: Worth, current: Match | None
) -> Saying:
    match verdict:
        case Verdict.CHOSEN:
            return reason(case)
        case Verdict.FORBIDDEN:
            return saying.joined(failed)
        case Verdict.ALLOWED:
            return _why_another(worth, current)


def _why_another(worth: Worth, current: Match | None) -> Saying:
    own = worth.total
    best = None if current is None else current.grounds.worth.total
    if best is None or own > best:
        return saying.joined(
            [
                Saying(
                    "符合条件，但余量已安排给别处", "it fits, but what is left is planned elsewhere"
                )
            ]
        )
    return saying.joined(
        [
            Saying(
                f"符合条件，得 {own} 分；方案选用了得 {best} 分的另一方",
                f"it fits with {own} points; the plan chose another with {best}",
            )
        ]
    )
