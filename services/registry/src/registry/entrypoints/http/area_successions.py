"""What became of codes: renamed, recoded, merged, split, closed."""

from collections.abc import Iterable, Sequence
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
from registry.app.permissions import READ_AREAS
from registry.app.trace_area import TraceArea, TracedArea
from registry.domain.area_history import ChangeKind, Succession
from registry.domain.errors.areas import AreaNotFound
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["areas"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_AREAS))]

_JIYANG = {
    "kind": "upgraded",
    "kind_label": "撤设（县改区、县改市等）",
    "effective_on": "2018-12-31",
    "is_day_known": False,
    "old_code": "370125",
    "old_name": "济阳县",
    "new_code": "370115",
    "new_name": "济阳区",
    "document": "国函〔2018〕86号",
}


class SuccessionView(View):
    """What a code became; where `is_day_known` is false, some day of that year."""

    model_config = example(**_JIYANG)

    kind: ChangeKind
    kind_label: str
    effective_on: date
    is_day_known: bool
    old_code: str | None
    old_name: str | None
    new_code: str | None
    new_name: str | None
    document: str

    @classmethod
    def of(cls, each: Succession, language: Language) -> Self:
        """Show a succession to somebody who reads this language."""
        return cls(
            kind=each.kind,
            kind_label=label(each.kind, language),
            effective_on=each.effective_on,
            is_day_known=each.is_day_known,
            old_code=each.old,
            old_name=each.old_name,
            new_code=each.new,
            new_name=each.new_name,
            document=each.document,
        )


class SuccessionsView(View):
    """Everything that is known to have become of the codes of a scheme, oldest first."""

    items: Sequence[SuccessionView]

    @classmethod
    def of(cls, successions: Iterable[Succession], language: Language) -> Self:
        """Show them to somebody who reads this language."""
        return cls(items=[SuccessionView.of(each, language) for each in successions])


class NamedCode(View):
    """A code with what it is, or was, called."""

    code: str
    name: str


class TracedAreaView(View):
    """What a code is on the day `on`, and what happened to it on the way.

    `ended` are codes of which nothing says what they became, or what they had been before.
    """

    model_config = example(
        scheme="nbs",
        code="370125",
        as_of="2015-06-30",
        on="2026-03-01",
        areas=[{"code": "370115", "name": "济阳区"}],
        ended=[],
        changes=[_JIYANG],
    )

    scheme: AreaScheme
    code: str
    as_of: date | None
    on: date
    areas: Sequence[NamedCode]
    ended: Sequence[str]
    changes: Sequence[SuccessionView]

    @classmethod
    def of(cls, found: TracedArea, language: Language) -> Self:
        """Show it to somebody who reads this language."""
        return cls(
            scheme=found.area.scheme,
            code=found.area.code,
            as_of=found.as_of,
            on=found.on,
            areas=[NamedCode(code=code, name=found.names[code]) for code in sorted(found.names)],
            ended=sorted(found.traced.ended),
            changes=[SuccessionView.of(each, language) for each in found.traced.passed],
        )


@routes.get("/areas/{scheme}/{code}/successors", responses=documented(AreaNotFound))
async def trace_area(  # Two of them are days.
    scheme: AreaScheme,
    code: Code,
    app: App,
    _scope: MayRead,
    language: Speaking,
    as_of: Annotated[
        Day | None,
        Query(description="The day of the code; before all changes that are known, if not said."),
    ] = None,
    on: Annotated[Day | None, Query(description="The day that is asked about; today.")] = None,
) -> TracedAreaView:
    """Say what a code of one day is on another day, later or earlier."""
    asked = TraceArea(area=AreaRef(scheme, code), as_of=as_of, on=on)
    return TracedAreaView.of(await app.areas.trace(asked), language)


@routes.get("/area_successions")
async def list_successions(
    app: App,
    _scope: MayRead,
    language: Speaking,
    scheme: Annotated[AreaScheme, Query(description="The list.")] = AreaScheme.NBS,
) -> SuccessionsView:
    """List what is known to have become of codes."""
    return SuccessionsView.of(await app.areas.successions(scheme), language)
