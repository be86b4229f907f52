"""How many people stations have, and how many they should have."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field

from common.errors import PreconditionFailed
from common.grants import OutsideYourScope, Scope
from common.http.creations import entered
from common.http.languages import Language, Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import Code, OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import Body, View
from common.http.versions import IfMatch, tag
from common.http.words import ChosenId, Day, example, label
from common.places import AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaScheme, StationTier
from registry.app.permissions import (
    KEEP_STATIONS,
    READ_STAFFING_RULES,
    READ_STATIONS,
    WRITE_STAFFING_RULES,
)
from registry.app.ports.staffing_rules import StaffingRuleFilter
from registry.app.staff_stations import EndStaffingRule, SetStaffingRule, StateHeadcount
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.staffing import (
    CertifiedExceedStaff,
    StaffingRuleChangedMeanwhile,
    StaffingRuleDaysOutOfOrder,
    StaffingRuleIdTaken,
    StaffingRuleNotFound,
    StaffingRulesOverlap,
)
from registry.domain.errors.stations import (
    StationChangedMeanwhile,
    StationDaysOutOfOrder,
    StationNotFound,
)
from registry.domain.staffing import (
    Basis,
    Headcount,
    Posted,
    RuleId,
    StaffingFinding,
    StaffingRule,
    Verdict,
)
from registry.domain.station import StationId
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["staffing"])

MayKeep: TypeAlias = Annotated[Scope, Depends(permitted(KEEP_STATIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_STATIONS))]
MaySetRules: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_STAFFING_RULES))]
MayReadRules: TypeAlias = Annotated[Scope, Depends(permitted(READ_STAFFING_RULES))]
People: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class HeadcountToState(Body):
    """How many people work at a station; `certified` are those of both who hold a certificate."""

    model_config = example(full_time=3, part_time=1, certified=2)

    full_time: People
    part_time: People
    certified: People


class HeadcountView(View):
    """How many people work at a station, as it said itself."""

    counted_on: date
    full_time: int
    part_time: int
    certified: int

    @classmethod
    def of(cls, headcount: Headcount) -> Self:
        """Show a count."""
        return cls(
            counted_on=headcount.counted_on,
            full_time=headcount.full_time,
            part_time=headcount.part_time,
            certified=headcount.certified,
        )


class PostedView(View):
    """How many people are posted to a station on the day; `certified` are those of both."""

    full_time: int
    part_time: int
    certified: int

    @classmethod
    def of(cls, posted: Posted) -> Self:
        """Show a count."""
        return cls(
            full_time=posted.full_time, part_time=posted.part_time, certified=posted.certified
        )


_NINGBO = {
    "tier": "station",
    "scheme": "nbs",
    "area": "3302",
    "min_full_time": 3,
    "min_certified": 0,
    "valid_from": "2021-01-01",
    "valid_until": None,
}


class StaffingRuleToSet(Body):
    """How many people each station of a tier in an area should have, between two days."""

    model_config = example(**_NINGBO)

    id: ChosenId = None
    tier: StationTier
    scheme: AreaScheme
    area: Code
    min_full_time: People
    min_certified: People = 0
    valid_from: Day
    valid_until: Day | None = None

    def command(self) -> SetStaffingRule:
        """Return what is to be done."""
        return SetStaffingRule(
            id=self.id,
            tier=self.tier,
            area=AreaRef(self.scheme, self.area),
            min_full_time=self.min_full_time,
            min_certified=self.min_certified,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class StaffingRuleToEnd(Body):
    """The last day on which a rule holds."""

    model_config = example(valid_until="2025-12-31")

    valid_until: Day


class StaffingRuleView(View):
    """How many people each station of a tier in an area should have, between two days."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        version=1,
        tier_label="乡镇(街道)社工站",
        **_NINGBO,
    )

    id: UUID
    version: int
    tier: StationTier
    tier_label: str
    scheme: AreaScheme
    area: str
    min_full_time: int
    min_certified: int
    valid_from: date
    valid_until: date | None

    @classmethod
    def of(cls, rule: StaffingRule, language: Language) -> Self:
        """Show a rule to somebody who reads this language."""
        return cls(
            id=rule.id,
            version=rule.version,
            tier=rule.tier,
            tier_label=label(rule.tier, language),
            scheme=rule.area.scheme,
            area=rule.area.code,
            min_full_time=rule.min_full_time,
            min_certified=rule.min_certified,
            valid_from=rule.valid_from,
            valid_until=rule.valid_until,
        )


class StaffingView(View):
    """Whether a station has the people it should have, and by how many it has not.

    `basis` says what was counted: the people posted there on the day, or, where nobody was ever
    posted, what the station itself said last, up to the day.
    """

    on: date
    verdict: Verdict
    verdict_label: str
    short_of_full_time: int
    short_of_certified: int
    basis: Basis | None
    basis_label: str | None
    posted: PostedView | None
    headcount: HeadcountView | None
    rule: StaffingRuleView | None

    @classmethod
    def of(cls, finding: StaffingFinding, language: Language) -> Self:
        """Show a finding to somebody who reads this language."""
        return cls(
            on=finding.on,
            verdict=finding.verdict,
            verdict_label=label(finding.verdict, language),
            short_of_full_time=finding.short_of_full_time,
            short_of_certified=finding.short_of_certified,
            basis=finding.basis,
            basis_label=label(finding.basis, language) if finding.basis else None,
            posted=PostedView.of(finding.posted) if finding.posted else None,
            headcount=HeadcountView.of(finding.headcount) if finding.headcount else None,
            rule=StaffingRuleView.of(finding.rule, language) if finding.rule else None,
        )


@routes.put(
    "/stations/{station_id}/headcounts/{counted_on}",
    responses=documented(
        StationNotFound,
        CertifiedExceedStaff,
        DayInTheFuture,
        StationDaysOutOfOrder,
        StationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def state_headcount(
    station_id: UUID,
    counted_on: Day,
    body: HeadcountToState,
    app: App,
    scope: MayKeep,
    seen: IfMatch,
    response: Response,
) -> HeadcountView:
    """Say how many people work at a station as of a day; the ETag is the station's."""
    headcount = Headcount(
        counted_on=counted_on,
        full_time=body.full_time,
        part_time=body.part_time,
        certified=body.certified,
    )
    command = StateHeadcount(station_id=StationId(station_id), headcount=headcount, seen=seen)
    station = await app.stations.state_headcount(command, scope)
    tag(response, station.version)
    return HeadcountView.of(headcount)


@routes.get(
    "/stations/{station_id}/staffing",
    responses=documented(StationNotFound, UnknownArea, AreasNotReady),
)
async def judge_staffing(
    station_id: UUID,
    app: App,
    scope: MayRead,
    language: Speaking,
    on: Annotated[date | None, Query(description="As of this day; today if not said.")] = None,
) -> StaffingView:
    """Hold a station's people against the rule that applies: of several, the smallest area's."""
    finding = await app.stations.judge_staffing(StationId(station_id), scope, on=on)
    return StaffingView.of(finding, language)


@routes.post(
    "/staffing_rules",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": StaffingRuleView, "description": "It was set before, just so."},
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            StaffingRulesOverlap,
            StaffingRuleIdTaken,
            StaffingRuleDaysOutOfOrder,
        ),
    },
)
async def set_staffing_rule(
    body: StaffingRuleToSet, app: App, scope: MaySetRules, language: Speaking, response: Response
) -> StaffingRuleView:
    """Ask each station of a tier in an area for so many people."""
    made = await app.stations.set_staffing_rule(body.command(), scope)
    entered(response, is_new=made.is_new, version=made.thing.version)
    return StaffingRuleView.of(made.thing, language)


@routes.get("/staffing_rules")
async def list_staffing_rules(
    app: App,
    _scope: MayReadRules,
    pages: Pages,
    language: Speaking,
    within: Within,
    scheme: OfScheme = None,
    tier: Annotated[StationTier | None, Query(description="Only for this tier.")] = None,
    on: Annotated[date | None, Query(description="Only in force on this day.")] = None,
) -> Page[StaffingRuleView]:
    """List the staffing rules; everybody at work may know what stations are asked for."""
    wanted = StaffingRuleFilter(within=within, scheme=scheme, tier=tier, on=on)
    found = await app.stations.list_staffing_rules(wanted, pages.window)
    return pages.page(found, lambda rule: StaffingRuleView.of(rule, language))


@routes.post(
    "/staffing_rules/{rule_id}/end",
    responses=documented(
        StaffingRuleNotFound,
        StaffingRulesOverlap,
        StaffingRuleDaysOutOfOrder,
        StaffingRuleChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def end_staffing_rule(
    rule_id: UUID,
    body: StaffingRuleToEnd,
    app: App,
    scope: MaySetRules,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> StaffingRuleView:
    """Let a rule hold up to a day, sooner or later than it did."""
    command = EndStaffingRule(rule_id=RuleId(rule_id), valid_until=body.valid_until, seen=seen)
    rule = await app.stations.end_staffing_rule(command, scope)
    tag(response, rule.version)
    return StaffingRuleView.of(rule, language)
