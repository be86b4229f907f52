"""What it takes to find whom a need may have, among a million offers."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import psutil

from benchmarks.figures import Figure, Row, percentile
from benchmarks.service_people import People, Reach
from matching.domain.candidates import Around, CandidateBook
from matching.domain.policy import POLICY
from matching.engine.compiled import play as compile_kernels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.sizes import Sizes
    from matching.domain.need import Need

AT: Final = datetime(2026, 3, 2, 4, tzinfo=UTC)
AT_ONCE: Final = 20_000
QUESTIONS: Final = 2_000
WARM_UP: Final = 50
_MS: Final = 1_000.0
_NOTHING: Final = Around(refusals=frozenset(), matches=())


async def measure(sizes: Sizes) -> Row:
    """Measure candidates of single needs."""
    return await asyncio.to_thread(_measured, sizes.candidate_offers)


def _measured(offers: int) -> Row:
    people = People(at=AT, reach=Reach.among(offers))
    compile_kernels()
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    book = _book(people, offers)
    built = time.perf_counter() - began
    held = psutil.Process().memory_info().rss - before
    asked = [people.need() for _ in range(QUESTIONS + WARM_UP)]
    wall, processor, found = _asked(book, asked)
    return Row(
        name="Candidates",
        figures=(
            _figure(f"candidates of one need among {offers:,} offers, p99", wall, 0.99, budget=5.0),
            _figure("median", wall, 0.5),
            _figure("p99 of processor time", processor, 0.99),
            _figure("median of processor time", processor, 0.5),
            Figure(name="memory of the book", unit="MiB", samples=(held / 2**20,)),
            Figure(name="to put all offers into it", unit="s", samples=(built,)),
        ),
        remarks=_remarks(asked, found),
    )


def _remarks(asked: Sequence[Need], found: Sequence[int]) -> tuple[str, ...]:
    homes = sum(need.site.point is None for need in asked) / len(asked)
    measured = (
        f"{QUESTIONS:,} needs one after the other, in the service's own book: from the columns of a"
        " line to the offers that rules allow, with what each is worth."
        f" They have {np.mean(found):,.0f} each on average, at most {max(found):,}."
    )
    drawn = (
        "Offers and needs are spread over the real townships of Guizhou as unevenly as in the row"
        f" scale. Of the needs {homes:.0%} are homes, looked for in their township or county; one"
        " offer in twenty serves a county, wherever in it."
    )
    return measured, drawn


def _book(people: People, offers: int) -> CandidateBook:
    book = CandidateBook(POLICY, at=AT)
    for begin in range(0, offers, AT_ONCE):
        some = [people.offer() for _ in range(min(AT_ONCE, offers - begin))]
        parties = {party.id: party for _, party in some}
        book.put_offers([offer for offer, _ in some], parties, at=AT)
    return book


def _asked(
    book: CandidateBook, needs: Sequence[Need]
) -> tuple[list[float], list[float], list[int]]:
    wall: list[float] = []
    processor: list[float] = []
    found: list[int] = []
    for need in needs:
        rows = book.put_lines([(need, need.lines[0])], at=AT)
        clock, began = time.thread_time(), time.perf_counter()
        candidates = book.for_lines(rows, _NOTHING)
        wall.append(_MS * (time.perf_counter() - began))
        processor.append(_MS * (time.thread_time() - clock))
        found.append(len(candidates.source))
        book.drop_line(need.lines[0].id)
    return wall[WARM_UP:], processor[WARM_UP:], found[WARM_UP:]


def _figure(
    name: str, samples: Sequence[float], share: float, *, budget: float | None = None
) -> Figure:
    return Figure(
        name=name,
        unit="ms",
        samples=(percentile(samples, share),),
        budget=budget,
        bound="at most",
        note=f"max {max(samples):.2f} ms",
    )
