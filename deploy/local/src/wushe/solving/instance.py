"""Reading an allocation problem from JSON, and writing what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np

from matching.engine.allocation import AllocationProblem, SumsTooLarge
from wushe.solving.rows import Id, InstanceRefused, Rows, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from matching.engine.allocation import Allocation


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A problem, and the ids that its indices stand for, in the order of ids."""

    needs: Sequence[Id]
    offers: Sequence[Id]
    problem: AllocationProblem

    def document(self, found: Allocation, seconds: float) -> dict[str, Any]:
        """Return what is written: the certificate, and the pairs that have units."""
        chosen = np.flatnonzero(found.units)
        rows = zip(
            self.problem.need[chosen].tolist(),
            self.problem.offer[chosen].tolist(),
            found.units[chosen].tolist(),
            strict=True,
        )
        return {
            "status": found.status.value,
            "value": found.value,
            "bound": found.bound,
            "gap": found.gap,
            "pairs": [
                {"need": self.needs[need], "offer": self.offers[offer], "units": units}
                for need, offer, units in rows
            ],
            "seconds": round(seconds, 3),
        }


def read(content: bytes) -> Instance:
    """Return the problem of a JSON document.

    Ids are texts or whole numbers; 1 and "1" are two. Fields of other names are left alone.

    Raises:
        InstanceRefused: It is not JSON, or a field is missing, of the wrong kind, negative, too
            large, unknown or given twice.
    """
    document = _parsed(content)
    needs = Rows.of(document, "need", ("id",))
    offers = Rows.of(document, "offer", ("id",))
    pairs = Rows.of(document, "pair", ("need", "offer"))
    need_ids, offer_ids = _Ids(needs), _Ids(offers)
    units = needs.integers("units", least=0)[need_ids.order]
    whole = needs.flags("all_or_nothing")[need_ids.order]
    capacity = offers.integers("capacity", least=0)[offer_ids.order]
    need, offer = need_ids.named_by(pairs, "need"), offer_ids.named_by(pairs, "offer")
    _refuse_twice(pairs, need * max(1, len(offer_ids.sorted)) + offer)
    try:
        problem = AllocationProblem.of(
            units=units,
            whole=whole,
            capacity=capacity,
            need=need,
            offer=offer,
            value=pairs.integers("value"),
            load=pairs.integers("load", least=0, default=1),
        )
    except SumsTooLarge as error:
        raise InstanceRefused(str(error)) from error
    return Instance(need_ids.sorted, offer_ids.sorted, problem)


class _Ids:
    """The ids of one list in order: whole numbers, then texts."""

    def __init__(self, rows: Rows) -> None:
        given = rows.ids("id")
        places = sorted(range(len(given)), key=lambda at: (isinstance(given[at], str), given[at]))
        self.order = np.array(places, dtype=np.int64)
        self.sorted = [given[at] for at in places]
        self._kind = rows.kind
        self._place = {each: at for at, each in enumerate(self.sorted)}
        if len(self._place) < len(given):
            _refuse_same(rows, given, "id is there twice")

    def named_by(self, pairs: Rows, field: str) -> NDArray[np.int64]:
        """Return the place of the id that each pair names."""
        named = pairs.ids(field)
        places = [self._place.get(each, -1) for each in named]
        if -1 in places:
            at = places.index(-1)
            pairs.refuse(at, f"{field} is not among {self._kind}s", named[at])
        return np.array(places, dtype=np.int64)


def _refuse_twice(pairs: Rows, keys: NDArray[np.int64]) -> None:
    if len(np.unique(keys)) < len(keys):
        _refuse_same(pairs, keys.tolist(), "the pair is there twice")


def _refuse_same(rows: Rows, keys: Sequence[object], why: str) -> None:
    seen: set[object] = set()
    for at, key in enumerate(keys):
        if key in seen:
            rows.refuse(at, why)
        seen.add(key)


def _parsed(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content, parse_constant=_refuse_constant)
    except InstanceRefused:
        raise
    except (ValueError, RecursionError) as error:
        message = f"not JSON: {' '.join(str(error).split())}"
        raise InstanceRefused(message) from error
    if not isinstance(document, dict):
        message = f'not an object with "needs", "offers" and "pairs": {shown(document)}'
        raise InstanceRefused(message)
    return cast("Mapping[str, Any]", document)


def _refuse_constant(name: str) -> NoReturn:
    message = f"not JSON: {name} is no number"
    raise InstanceRefused(message)
