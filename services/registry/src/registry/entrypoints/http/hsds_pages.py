"""Pages by number, and lists without pages: the two ways in which HSDS hands out many items."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeAlias, TypeVar

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from common.http.languages import Speaking
from common.http.schemas import View
from registry.app.ports.directory import Stretch
from registry.entrypoints.http.hsds_shapes import Shaping

PREFIX: Final = "/registry/hsds"
PER_PAGE: Final = 50
MOST_PER_PAGE: Final = 500
EVERYTHING: Final = 100_000
LAST_PAGE: Final = 1_000_000
NDJSON: Final = "application/x-ndjson"

T = TypeVar("T")
V = TypeVar("V", bound=BaseModel)


class HSDSPage(View, Generic[V]):
    """One page of a list, and where it stands among all pages.

    Pages count from one; nothing has no page. A page beyond the last is empty, and nothing follows.
    """

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: Sequence[V]

    @classmethod
    def of(cls, contents: Sequence[V], *, total: int, number: int, per_page: int) -> Self:
        """Make the page with a number out of what is on it and how many items there are."""
        total_pages = -(-total // per_page)
        return cls(
            total_items=total,
            total_pages=total_pages,
            page_number=number,
            size=len(contents),
            first_page=number == 1,
            last_page=number >= total_pages,
            empty=not contents,
            contents=contents,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a caller wants a list: which page of which size, or all of it as lines."""

    number: int
    per_page: int
    is_any_size: bool
    is_stream: bool

    @property
    def stretch(self) -> Stretch:
        """The part of the list that is on the page."""
        return Stretch(limit=self.per_page, skip=(self.number - 1) * self.per_page)

    @property
    def as_a_whole(self) -> Self:
        """The same with everything on one page, unless a size was asked for."""
        return replace(self, per_page=EVERYTHING) if self.is_any_size else self

    def page(self, items: Sequence[T], total: int, view: Callable[[T], V]) -> Response:
        """Answer with a page."""
        page = HSDSPage.of(
            [view(item) for item in items], total=total, number=self.number, per_page=self.per_page
        )
        return written(page)

    def of_all(self, items: Sequence[T], view: Callable[[T], V]) -> Response:
        """Answer from a list that is known as a whole, by page or as lines."""
        if self.is_stream:
            return lines(_at_once(items), view)
        start = self.stretch.skip
        return self.page(items[start : start + self.per_page], len(items), view)


async def _asked(
    page: Annotated[int, Query(ge=1, le=LAST_PAGE, description="Which page, from 1.")] = 1,
    per_page: Annotated[
        int | None,
        Query(ge=1, le=MOST_PER_PAGE, description=f"Items of a page; {PER_PAGE} if not said."),
    ] = None,
    format_: Annotated[
        Literal["json", "ndjson"],
        Query(alias="format", description="`ndjson`: everything, an item a line, without pages."),
    ] = "json",
) -> Asked:
    return Asked(
        number=page,
        per_page=per_page or PER_PAGE,
        is_any_size=per_page is None,
        is_stream=format_ == "ndjson",
    )


Asking: TypeAlias = Annotated[Asked, Depends(_asked)]
"""What a list declares to be asked for by page or as lines."""


async def _shaping(request: Request, language: Speaking) -> Shaping:
    return Shaping(address=f"{origin(request)}{PREFIX}", language=language)


Shapes: TypeAlias = Annotated[Shaping, Depends(_shaping)]
"""How items of this request are shaped."""


async def _words(
    search: Annotated[
        str,
        Query(
            max_length=120,
            description="Words that have to be in the name, or in that of an area around.",
        ),
    ] = "",
) -> tuple[str, ...]:
    return tuple(search.split())


Words: TypeAlias = Annotated[tuple[str, ...], Depends(_words)]
"""What somebody searches for."""


def origin(request: Request) -> str:
    """Return where the caller reached us: the host of the request, the scheme as the gateway says.

    The gateway writes `x-forwarded-proto` anew, whatever was sent to it.
    """
    told = request.headers.get("x-forwarded-proto", "")
    scheme = told if told in {"http", "https"} else request.url.scheme
    return f"{scheme}://{request.url.netloc}"


def written(item: BaseModel) -> Response:
    """Answer with an item; what is not known is left out."""
    return Response(item.model_dump_json(exclude_none=True), media_type="application/json")


def lines(parts: AsyncIterator[Sequence[T]], view: Callable[[T], V]) -> StreamingResponse:
    """Answer with items as lines of JSON, part by part."""
    return StreamingResponse(_written(parts, view), media_type=NDJSON)


async def _written(
    parts: AsyncIterator[Sequence[T]], view: Callable[[T], V]
) -> AsyncIterator[bytes]:
    async for items in parts:
        texts = (view(item).model_dump_json(exclude_none=True) for item in items)
        yield "".join(f"{text}\n" for text in texts).encode()


def described(of: Any) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401 - any kind of item
    """Describe the answer of a list: a page, or all of it as lines."""
    return {
        200: {
            "model": HSDSPage[of],
            "description": "A page of the list; with `format=ndjson` all of it, an item a line.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        }
    }


async def _at_once(items: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    yield items
