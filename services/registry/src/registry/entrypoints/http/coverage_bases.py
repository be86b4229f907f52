"""How many townships there are to cover, and by which rule they were counted."""

from datetime import date
from typing import Annotated, Self, TypeAlias

from fastapi import Depends, Query

from common.grants import Scope
from common.http.languages import Language, Speaking
from common.http.permissions import permitted
from common.http.places import Code
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import View
from common.http.words import Day, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.find_areas import FindCoverageBase
from registry.app.permissions import READ_AREAS
from registry.domain.coverage_base import Belonging, Counted, CoverageBase, Rule
from registry.domain.errors.areas import AreaNotFound, AreasNotKnownThen
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["areas"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_AREAS))]


class CoverageBaseView(View):
    """The number of townships and subdistricts of an area, and how it came about.

    `edition` is the day of the list that was counted, `as_of` the day that was asked for. `located`
    is how many the list puts in the area, `run_by_others` how many of these another authority runs,
    `run_elsewhere` how many lie outside and are run by this area's, `pseudo` how many units like a
    township (zones, farms, prisons) there are by the rule of belonging; all but the last count
    what has a government.
    """

    model_config = example(
        scheme="nbs",
        within="370115",
        name="济阳区",
        as_of="2026-03-01",
        edition="2023-06-30",
        counted="formal",
        counted_label="建制乡镇（街道）",
        belonging="administered",
        belonging_label="按管理归属",
        count=7,
        located=10,
        run_by_others=3,
        run_elsewhere=0,
        pseudo=0,
    )

    scheme: AreaScheme
    within: str
    name: str
    as_of: date
    edition: date
    counted: Counted
    counted_label: str
    belonging: Belonging
    belonging_label: str
    count: int
    located: int
    run_by_others: int
    run_elsewhere: int
    pseudo: int

    @classmethod
    def of(cls, base: CoverageBase, language: Language) -> Self:
        """Show a base to somebody who reads this language."""
        area, rule, tally = base.area, base.rule, base.tally
        with_pseudo = tally.count(Rule(counted=Counted.ALL, belonging=rule.belonging))
        formal = tally.count(Rule(counted=Counted.FORMAL, belonging=rule.belonging))
        return cls(
            scheme=area.ref.scheme,
            within=area.ref.code,
            name=area.name,
            as_of=base.as_of,
            edition=base.edition,
            counted=rule.counted,
            counted_label=label(rule.counted, language),
            belonging=rule.belonging,
            belonging_label=label(rule.belonging, language),
            count=base.count,
            located=tally.located[0],
            run_by_others=tally.run_by_others[0],
            run_elsewhere=tally.run_elsewhere[0],
            pseudo=with_pseudo - formal,
        )


@routes.get("/coverage_bases", responses=documented(AreaNotFound, AreasNotKnownThen))
async def find_coverage_base(
    app: App,
    _scope: MayRead,
    language: Speaking,
    within: Annotated[Code, Query(description="The area.")],
    scheme: Annotated[AreaScheme, Query(description="The list.")] = AreaScheme.NBS,
    counted: Annotated[Counted, Query(description="Which units count.")] = Counted.FORMAL,
    belonging: Annotated[
        Belonging, Query(description="What makes a township one of the area's.")
    ] = Belonging.ADMINISTERED,
    as_of: Annotated[Day | None, Query(description="As it was on this day.")] = None,
) -> CoverageBaseView:
    """Count the townships of an area: what shares of coverage are shares of."""
    rule = Rule(counted=counted, belonging=belonging)
    asked = FindCoverageBase(area=AreaRef(scheme, within), rule=rule, as_of=as_of)
    return CoverageBaseView.of(await app.areas.coverage_base(asked), language)
