"""The hard rules: who may be matched with what at all.

Each rule is one predicate over columns of pairs, and says in both languages why it holds or not
for one of them. A pair is a candidate when every rule holds; no score makes up for a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from common.clock import CHINA
from matching.domain import amendments, saying
from matching.domain.amendments import Amendment, suiting_openings
from matching.domain.case import Case
from matching.domain.columns import UNKNOWN
from matching.domain.match import DeclineReason
from matching.domain.need import SearchArea
from matching.domain.saying import Saying
from matching.domain.slots import suiting
from matching.domain.window import ANY_TIME

if TYPE_CHECKING:
    from matching.domain.columns import Mask, Pairs


SESSION_FREE: Final = "session_free"

Predicate: TypeAlias = "Callable[[Pairs], Mask]"
Sentence: TypeAlias = Callable[[Case], Saying]
Remedy: TypeAlias = Callable[[Case], tuple[Amendment, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition without which there is no match; ``source`` is the law behind it, if any.

    ``amends`` says of a case in which it fails what the least is that would have to be otherwise.
    """

    code: str
    title: Saying
    holds: Predicate
    says_yes: Sentence
    says_no: Sentence
    amends: Remedy
    source: Saying | None = None

    def says(self, case: Case, *, holds: bool) -> Saying:
        """Say why it holds, or why not."""
        return self.says_yes(case) if holds else self.says_no(case)


def allowed(pairs: Pairs) -> Pairs:
    """Return the pairs that no rule forbids; the dearest rule looks at the fewest pairs."""
    for rule in RULES:
        pairs = pairs.only(rule.holds(pairs))
    return pairs


def _same_pool(pairs: Pairs) -> Mask:
    holds: Mask = pairs.board.lines.pool[pairs.line] == pairs.board.offers.pool[pairs.offer]
    return holds


def _service_fits(pairs: Pairs) -> Mask:
    holds: Mask = pairs.board.lines.service[pairs.line] == pairs.board.offers.service[pairs.offer]
    return holds


def _unit_fits(pairs: Pairs) -> Mask:
    holds: Mask = pairs.board.lines.unit[pairs.line] == pairs.board.offers.unit[pairs.offer]
    return holds


def _quantity_fits(pairs: Pairs) -> Mask:
    # Of what is had by appointment the seats of single sessions count.
    offers = pairs.board.offers
    is_enough = pairs.board.lines.quantity[pairs.line] <= offers.free[pairs.offer]
    return is_enough | offers.is_scheduled[pairs.offer]


def _weekday_fits(pairs: Pairs) -> Mask:
    missing = pairs.board.lines.weekdays[pairs.line] & ~pairs.board.offers.weekdays[pairs.offer]
    holds: Mask = missing == 0
    return holds


def _time_fits(pairs: Pairs) -> Mask:
    lines, offers = pairs.board.lines, pairs.board.offers
    is_on_a_day = lines.window_days[pairs.line] & offers.weekdays[pairs.offer] != 0
    # Days that the line names are those of another rule.
    holds: Mask = (is_on_a_day | (lines.weekdays[pairs.line] != 0)) & ~lines.is_late[pairs.line]
    return holds


def _session_free(pairs: Pairs) -> Mask:
    holds: Mask = ~pairs.board.offers.is_scheduled[pairs.offer]
    holds[suiting(pairs).pair] = True
    return holds


def _offer_valid(pairs: Pairs) -> Mask:
    lines, offers = pairs.board.lines, pairs.board.offers
    is_valid = offers.valid_until[pairs.offer] > lines.not_before[pairs.line]
    holds: Mask = is_valid & offers.stands[pairs.offer]
    return holds


def _offer_approved(pairs: Pairs) -> Mask:
    return pairs.board.offers.is_approved[pairs.offer]


def _offer_fresh(pairs: Pairs) -> Mask:
    return pairs.board.offers.is_fresh[pairs.offer]


def _vetting_valid(pairs: Pairs) -> Mask:
    is_vetted = pairs.board.offers.is_vetted[pairs.offer]
    return is_vetted | ~pairs.board.lines.needs_vetting[pairs.line]


def _party_active(pairs: Pairs) -> Mask:
    return pairs.board.offers.is_active[pairs.offer]


def _not_refused(pairs: Pairs) -> Mask:
    return ~np.isin(pairs.parties_of_needs(), pairs.board.refused)


def _earmark_allows(pairs: Pairs) -> Mask:
    lines, offers = pairs.board.lines, pairs.board.offers
    for_whom, for_what = offers.beneficiaries[pairs.offer], offers.earmarked_services[pairs.offer]
    is_for_them = (for_whom == 0) | (for_whom & lines.beneficiary[pairs.line] != 0)
    is_for_that = (for_what == 0) | (for_what & lines.needed_services[pairs.line] != 0)
    holds: Mask = is_for_them & is_for_that
    return holds


def _within_scope(pairs: Pairs) -> Mask:
    lines, scope = pairs.board.lines, pairs.board.offers.scope[pairs.offer]
    holds: Mask = scope == UNKNOWN
    for around in (lines.area, lines.township, lines.county, lines.prefecture):
        holds |= scope == around[pairs.line]
    return holds


def _place_within_reach(pairs: Pairs) -> Mask:
    lines, offers = pairs.board.lines, pairs.board.offers
    metres = pairs.metres()
    is_near: Mask = (metres <= offers.reach_metres[pairs.offer]) & (
        metres <= lines.within_metres[pairs.line]
    )
    return np.where(metres == UNKNOWN, _is_local(pairs), is_near)


def _is_local(pairs: Pairs) -> Mask:
    """Tell what is in the township of a home; if it waited in vain, in its county; in its pool."""
    lines, offers = pairs.board.lines, pairs.board.offers
    township, county = lines.township[pairs.line], lines.county[pairs.line]
    in_township = (township == offers.township[pairs.offer]) & (township != UNKNOWN)
    in_county = (county == offers.county[pairs.offer]) & (county != UNKNOWN)
    widened = lines.search_area[pairs.line]
    # Who serves a whole area need not know where in it a home is.
    is_served = offers.scope[pairs.offer] != UNKNOWN
    local: Mask = is_served | in_township | ((widened > 0) & in_county) | (widened > 1)
    return local


def _pool_yes(_case: Case) -> Saying:
    return Saying("同在一个对接片区", "both are in one pool")


def _pool_no(_case: Case) -> Saying:
    return Saying("不在本需求的对接片区内", "the offer belongs to another pool")


def _service_yes(case: Case) -> Saying:
    service = case.line.service
    return Saying(f"提供所需的{service.zh}", f"it gives what is needed: {service.en.lower()}")


def _service_no(case: Case) -> Saying:
    given, wanted = case.offer.supply.service, case.line.service
    return Saying(
        f"提供的是{given.zh}，需要的是{wanted.zh}",
        f"it gives {given.en.lower()}, and {wanted.en.lower()} is needed",
    )


def _unit_yes(case: Case) -> Saying:
    unit = case.line.unit
    return Saying(f"都按{unit.zh}计", f"both are counted in {unit.en}")


def _unit_no(case: Case) -> Saying:
    given, wanted = case.offer.supply.unit, case.line.unit
    return Saying(
        f"按{given.zh}提供，需要按{wanted.zh}计",
        f"it is counted in {given.en}, and {wanted.en} are needed",
    )


def _quantity_yes(case: Case) -> Saying:
    unit = case.offer.supply.unit
    wanted, left = (
        saying.amount(case.line.quantity, unit),
        saying.amount(case.offer.free_on(case.today), unit),
    )
    if case.offer.openings is not None:
        return Saying("数量按场次计", "its seats are counted by session")
    return Saying(
        f"能提供 {wanted.zh}（余 {left.zh}）", f"it can give {wanted.en} ({left.en} left)"
    )


def _quantity_no(case: Case) -> Saying:
    left = saying.amount(case.offer.free_on(case.today), case.offer.supply.unit)
    wanted = saying.amount(case.line.quantity, case.line.unit)
    return Saying(
        f"只余 {left.zh}，需要 {wanted.zh}", f"only {left.en} left, and {wanted.en} needed"
    )


def _weekday_yes(case: Case) -> Saying:
    if not case.line.weekdays:
        return Saying("哪天都可以", "any day will do")
    wanted = saying.days(case.line.weekdays)
    return Saying(f"{wanted.zh}有空", f"free on {wanted.en}")


def _weekday_no(case: Case) -> Saying:
    missing = saying.days(case.line.weekdays - case.offer.supply.weekdays)
    given = saying.days(case.offer.supply.weekdays)
    return Saying(
        f"{missing.zh}没空（只在{given.zh}）", f"not free on {missing.en} (only {given.en})"
    )


def _time_yes(case: Case) -> Saying:
    if case.line.window == ANY_TIME:
        return Saying("不限时段", "at any time")
    return Saying("所需时段内有空", "free within the time of the need")


def _time_no(case: Case) -> Saying:
    if case.line.is_too_late(at=case.at):
        return Saying("所需时段已过", "the time of the need is over")
    given = saying.days(case.offer.supply.weekdays)
    return Saying(
        f"所需时段内没空（只在{given.zh}）",
        f"not free within the time of the need (only {given.en})",
    )


def _session_yes(case: Case) -> Saying:
    if case.offer.openings is None:
        return Saying("不需预约时段", "it needs no appointment")
    first = min(
        (each for each in suiting_openings(case) if each.free >= case.line.quantity),
        key=lambda each: (each.starts_at, each.session_id),
    )
    when = saying.moment(first.starts_at)
    return Saying(f"最早可约{when.zh}的场次", f"the first session that suits begins on {when.en}")


def _session_no(case: Case) -> Saying:
    most = max((each.free for each in suiting_openings(case)), default=None)
    if most is None:
        return Saying(
            "近八周没有相应时间的场次", "no session of the next eight weeks is at such a time"
        )
    return Saying(
        f"近八周相应时间的场次最多余 {most} 位",
        f"no session of the next eight weeks at such a time has more than {most} free",
    )


def _valid_yes(case: Case) -> Saying:
    until = saying.day(case.offer.supply.valid_until.astimezone(CHINA).date())
    return Saying(f"供给有效至{until.zh}", f"the offer is valid until {until.en}")


def _valid_no(case: Case) -> Saying:
    if case.offer.withdrawn_at is not None:
        return Saying("供给已撤回", "the offer was withdrawn")
    begins = case.offer.supply.valid_from
    if begins is not None and begins > case.at:
        since = saying.day(begins.astimezone(CHINA).date())
        return Saying(f"供给自{since.zh}起才有效", f"the offer begins on {since.en}")
    until = saying.day(case.offer.supply.valid_until.astimezone(CHINA).date())
    if case.offer.supply.valid_until > case.at:
        return Saying(
            f"供给在所需时段前（{until.zh}）到期",
            f"the offer ends on {until.en}, before the time of the need",
        )
    return Saying(f"供给已于{until.zh}到期", f"the offer ended on {until.en}")


def _approved_yes(_case: Case) -> Saying:
    return Saying("供给无待审核事项", "the offer waits for no approval")


def _approved_no(case: Case) -> Saying:
    reason = case.offer.refused_because
    if reason is None:
        return Saying("供给待审核", "the offer is to be approved first")
    return Saying(f"供给未通过审核（{reason.zh}）", f"the offer was refused ({reason.en.lower()})")


def _fresh_yes(case: Case) -> Saying:
    on = saying.day(case.offer.true_at.astimezone(CHINA).date())
    return Saying(f"供给于{on.zh}确认有效", f"the offer was confirmed on {on.en}")


def _fresh_no(case: Case) -> Saying:
    on = saying.day(case.offer.true_at.astimezone(CHINA).date())
    return Saying(f"供给自{on.zh}起未再确认", f"nobody has confirmed the offer since {on.en}")


def _vetting_yes(case: Case) -> Saying:
    if not case.line.needs_vetting:
        return Saying("此项不要求审核", "no vetting is needed here")
    assert case.party.vetted_until is not None
    until = saying.day(case.party.vetted_until)
    return Saying(f"审核有效至{until.zh}", f"vetted until {until.en}")


def _vetting_no(case: Case) -> Saying:
    if case.party.vetted_until is None:
        return Saying("没有审核记录", "never vetted")
    until = saying.day(case.party.vetted_until)
    return Saying(f"审核已于{until.zh}到期", f"the vetting lapsed on {until.en}")


def _active_yes(_case: Case) -> Saying:
    return Saying("主体状态正常", "the party may be matched")


def _active_no(case: Case) -> Saying:
    if not case.party.is_approved:
        return Saying("主体尚未核准", "the party is not approved yet")
    return Saying("主体已被暂停", "the party is suspended")


def _refused_yes(_case: Case) -> Saying:
    return Saying("没有谢绝过此需求", "it has not said no to this need")


def _refused_no(case: Case) -> Saying:
    reason = DeclineReason.OTHER if case.refusal is None else case.refusal
    return Saying(f"已谢绝此需求（{reason.zh}）", f"it said no to this need ({reason.en.lower()})")


_AROUND_HOME: Final[Mapping[SearchArea, Saying]] = {
    SearchArea.TOWNSHIP: Saying("街道（乡镇）", "township"),
    SearchArea.COUNTY: Saying("县（区）", "county"),
    SearchArea.PREFECTURE: Saying("市（州）", "prefecture"),
}


def _earmark_yes(case: Case) -> Saying:
    if not case.offer.supply.earmark:
        return Saying("未限定用途", "it is not earmarked")
    return Saying("符合限定用途", "it is earmarked for such a need")


def _earmark_no(case: Case) -> Saying:
    earmark = case.offer.supply.earmark
    codes = (*sorted(earmark.beneficiaries), *sorted(earmark.services))
    zh, en = "、".join(code.zh for code in codes), ", ".join(code.en.lower() for code in codes)
    return Saying(f"限定用于：{zh}", f"it is earmarked for: {en}")


def _scope_yes(case: Case) -> Saying:
    scope = case.offer.supply.scope
    if scope is None:
        return Saying("不限区域", "it is not limited to an area")
    return Saying(f"在服务区域内（{scope.code}）", f"within the area that it serves ({scope.code})")


def _scope_no(case: Case) -> Saying:
    scope = case.offer.supply.scope
    code = "" if scope is None else scope.code
    return Saying(f"只服务区划 {code} 内的需求", f"it serves the area {code} only")


def _place_yes(case: Case) -> Saying:
    if case.metres is None and case.offer.supply.scope is not None:
        return Saying("服务整个区域，无需确切住址", "it serves the whole area, wherever in it")
    if case.metres is None:
        around = _AROUND_HOME[case.need.search_area]
        return Saying(f"与服务对象同在一个{around.zh}", f"in the {around.en} of the home")
    away = saying.distance(case.metres)
    return Saying(f"离需求地点 {away.zh}", f"{away.en} from the place of need")


def _place_no(case: Case) -> Saying:
    if case.metres is None:
        around = _AROUND_HOME[case.need.search_area]
        return Saying(
            f"与服务对象不在同一个{around.zh}，家庭住址只精确到街道（乡镇）",
            f"not in the {around.en} of the home, whose township is all that is known of its place",
        )
    within = case.line.within_metres
    reach = case.offer.supply.reach_metres
    limit = saying.distance(reach if within is None else min(within, reach))
    away = saying.distance(case.metres)
    return Saying(
        f"距离 {away.zh}，超出 {limit.zh} 的范围", f"{away.en} away, beyond the limit of {limit.en}"
    )


# In the order of asking: what the thing is, who gives it, and last the arithmetic of places.
RULES: Final = (
    Rule(
        code="same_pool",
        title=Saying("同一对接片区", "Same pool"),
        holds=_same_pool,
        says_yes=_pool_yes,
        says_no=_pool_no,
        amends=amendments.same_pool,
    ),
    Rule(
        code="service_fits",
        title=Saying("服务相符", "Service fits"),
        holds=_service_fits,
        says_yes=_service_yes,
        says_no=_service_no,
        amends=amendments.service,
        source=Saying("《志愿服务条例》第十五条", "Regulations on Voluntary Service, article 15"),
    ),
    Rule(
        code="unit_fits",
        title=Saying("计量单位相符", "Unit fits"),
        holds=_unit_fits,
        says_yes=_unit_yes,
        says_no=_unit_no,
        amends=amendments.unit,
    ),
    Rule(
        code="quantity_fits",
        title=Saying("数量足够", "Quantity fits"),
        holds=_quantity_fits,
        says_yes=_quantity_yes,
        says_no=_quantity_no,
        amends=amendments.quantity,
        source=Saying("《志愿服务条例》第十五条", "Regulations on Voluntary Service, article 15"),
    ),
    Rule(
        code="weekday_fits",
        title=Saying("时间相符", "Weekday fits"),
        holds=_weekday_fits,
        says_yes=_weekday_yes,
        says_no=_weekday_no,
        amends=amendments.weekday,
    ),
    Rule(
        code="time_fits",
        title=Saying("时段相符", "Time fits"),
        holds=_time_fits,
        says_yes=_time_yes,
        says_no=_time_no,
        amends=amendments.time,
    ),
    Rule(
        code=SESSION_FREE,
        title=Saying("场次有余位", "Session free"),
        holds=_session_free,
        says_yes=_session_yes,
        says_no=_session_no,
        amends=amendments.sessions,
    ),
    Rule(
        code="offer_valid",
        title=Saying("供给有效", "Offer valid"),
        holds=_offer_valid,
        says_yes=_valid_yes,
        says_no=_valid_no,
        amends=amendments.validity,
    ),
    Rule(
        code="offer_approved",
        title=Saying("供给已审核", "Offer approved"),
        holds=_offer_approved,
        says_yes=_approved_yes,
        says_no=_approved_no,
        amends=amendments.approval,
    ),
    Rule(
        code="offer_fresh",
        title=Saying("供给未过时", "Offer fresh"),
        holds=_offer_fresh,
        says_yes=_fresh_yes,
        says_no=_fresh_no,
        amends=amendments.freshness,
    ),
    Rule(
        code="vetting_valid",
        title=Saying("审核有效", "Vetting valid"),
        holds=_vetting_valid,
        says_yes=_vetting_yes,
        says_no=_vetting_no,
        amends=amendments.vetting,
        source=Saying(
            "《未成年人保护法》第六十二条；《志愿服务条例》第十六条",
            "Law on the Protection of Minors, article 62; "
            "Regulations on Voluntary Service, article 16",
        ),
    ),
    Rule(
        code="party_active",
        title=Saying("主体未暂停", "Party active"),
        holds=_party_active,
        says_yes=_active_yes,
        says_no=_active_no,
        amends=amendments.standing_of_party,
    ),
    Rule(
        code="not_refused",
        title=Saying("未曾谢绝", "Has not refused"),
        holds=_not_refused,
        says_yes=_refused_yes,
        says_no=_refused_no,
        amends=amendments.refusal,
        source=Saying("《志愿服务条例》第二十五条", "Regulations on Voluntary Service, article 25"),
    ),
    Rule(
        code="earmark_allows",
        title=Saying("符合限定用途", "Earmark allows it"),
        holds=_earmark_allows,
        says_yes=_earmark_yes,
        says_no=_earmark_no,
        amends=amendments.earmark,
        source=Saying("《慈善法》第四十二条、第五十三条", "Charity Law, articles 42 and 53"),
    ),
    Rule(
        code="within_scope",
        title=Saying("在服务区域内", "Within its area"),
        holds=_within_scope,
        says_yes=_scope_yes,
        says_no=_scope_no,
        amends=amendments.scope,
    ),
    Rule(
        code="place_within_reach",
        title=Saying("地点可及", "Place within reach"),
        holds=_place_within_reach,
        says_yes=_place_yes,
        says_no=_place_no,
        amends=amendments.place,
    ),
)

RULE_BY_CODE: Final[Mapping[str, Rule]] = {rule.code: rule for rule in RULES}
