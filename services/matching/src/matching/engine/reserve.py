"""What cannot be divided: lines that take a whole load from one offer, planned as things change.

Where every line has the offer that it values most there is nothing to prove. Where lines are in
each other's way, everything that is connected with them is solved anew, exactly, as long as that is
small enough to be solved at once; beyond that a line takes the best that has room, and the bound
says how far from the best the whole may be.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from matching.engine.assignment import DEFAULT_LIMITS, Limits, assign
from matching.engine.planner import plan
from matching.engine.planner_problem import ALONE, PlannerProblem
from matching.engine.problem import Problem
from matching.engine.wish import Planned, Wish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NO_ROOM: Final = 1 << 30
PAIRS_AT_ONCE: Final = 4_000
"""What is connected by more pairs than these is not solved within one event."""


@dataclass(frozen=True, slots=True, eq=False)
class Competing:
    """Lines that are in each other's way as one problem, what they have, and could have at most."""

    problem: Problem
    value: int
    bound: int


class Reservations:
    """The standing plan of indivisible lines.

    ``value`` is what the plan is worth and ``bound`` what any could be, both of them kept at each
    step. A line is short when it has less than it would have alone.
    """

    def __init__(self, *, limits: Limits = DEFAULT_LIMITS, at_once: int = PAIRS_AT_ONCE) -> None:
        self._limits: Final = limits
        self._at_once: Final = at_once
        self._lines: Final[dict[UUID, Planned]] = {}
        self._capacity: Final[dict[UUID, int]] = {}
        self._load: Final[defaultdict[UUID, int]] = defaultdict(int)
        self._clashes: Final[dict[UUID, frozenset[UUID]]] = {}
        self._wanted_by: Final[defaultdict[UUID, set[UUID]]] = defaultdict(set)
        self._mates: Final[defaultdict[UUID, set[UUID]]] = defaultdict(set)
        self._short: Final[set[UUID]] = set()
        self._dirty: Final[set[UUID]] = set()
        self._freed: Final[set[UUID]] = set()
        self._changed: Final[set[UUID]] = set()
        self._reloaded: Final[set[UUID]] = set()
        self.value = 0
        self.bound = 0

    def __contains__(self, line: UUID) -> bool:
        return line in self._lines

    def __len__(self) -> int:
        return len(self._lines)

    def put_line(self, line: UUID, wish: Wish) -> None:
        """Let a line wait, or wait for something else than before."""
        self.drop_line(line)
        for offer, _ in wish.values:
            self._wanted_by[offer].add(line)
        self._set(line, Planned(wish, None, 0, wish.best))
        self._dirty.add(line)
        if wish.bundle is not None:
            for mate in sorted(self._mates[wish.bundle]):
                self._take_back(mate)
            self._mates[wish.bundle].add(line)
            self._dirty.update(self._mates[wish.bundle])

    def keep(self, had: Mapping[UUID, UUID]) -> None:
        """Let lines begin with what they had, where there is room; a bundle with all of it.

        It is where the next settlement begins: what is proved stays the same, and where too much
        competes to be proved nobody loses what he had for nothing.
        """
        for line in sorted(had):
            mates = self._with_mates(line)
            if any(self._lines[mate].offer is not None for mate in mates):
                continue
            if not all(self._begins_with(mate, had.get(mate)) for mate in mates):
                for mate in mates:
                    self._release(mate)

    def _begins_with(self, line: UUID, offer: UUID | None) -> bool:
        wish = self._lines[line].wish
        if offer is None or not wish.value_of(offer) or self._room(offer) < wish.load:
            return False
        self._give(line, offer)
        return True

    def drop_line(self, line: UUID) -> None:
        """Let a line go; what it had is free for those who are short of it."""
        planned = self._lines.get(line)
        if planned is None:
            return
        self._take_back(line)
        self._leave(line, planned.wish.bundle)
        for offer, _ in planned.wish.values:
            self._wanted_by[offer].discard(line)
            if planned.bound > planned.value:
                # It may have carried what is not proved of those around it.
                self._freed.add(offer)
        self._set(line, None)
        self._dirty.discard(line)
        self._changed.discard(line)

    def put_offer(self, offer: UUID, capacity: int, values: Mapping[UUID, int]) -> None:
        """Let so much of an offer be had by these lines, and by no others."""
        for line in sorted(self._wanted_by[offer] | values.keys()):
            self.set_value(line, offer, values.get(line, 0))
        self.resize_offer(offer, capacity)

    def drop_offer(self, offer: UUID) -> None:
        """Take an offer away from every line."""
        self.put_offer(offer, 0, {})
        self._clashes.pop(offer, None)
        for kept in (self._capacity, self._load, self._wanted_by):
            kept.pop(offer, None)
        self._freed.discard(offer)

    def resize_offer(self, offer: UUID, capacity: int) -> None:
        """Let more or less of an offer be had; where it is too little now, lines lose it."""
        if capacity > self._capacity.get(offer, 0):
            self._freed.add(offer)
        self._capacity[offer] = capacity
        for line in sorted(self._wanted_by[offer]):
            if self._load[offer] <= capacity:
                return
            if self._lines[line].offer == offer:
                self._take_back(line)
                self._dirty.add(line)

    def set_clashes(self, offer: UUID, others: frozenset[UUID]) -> None:
        """Let an offer be used only where none of these is; both sides are to be told."""
        before = self._clashes.pop(offer, frozenset())
        if others:
            self._clashes[offer] = others
        if before - others:
            self._freed.add(offer)
        if self._load[offer] and any(self._load[other] for other in others - before):
            for line in sorted(self._wanted_by[offer]):
                if self._lines[line].offer == offer:
                    self._take_back(line)
                    self._dirty.add(line)

    def wanted_of(self, offer: UUID) -> dict[UUID, int]:
        """Return what an offer is worth to each line that may have it."""
        return {
            line: self._lines[line].wish.value_of(offer) for line in self._wanted_by.get(offer, ())
        }

    def lines_with(self, offer: UUID) -> Sequence[UUID]:
        """Return the lines for which some of an offer is reserved, by id."""
        wanting = sorted(self._wanted_by.get(offer, ()))
        return [line for line in wanting if self._lines[line].offer == offer]

    def is_blocked(self, offer: UUID) -> bool:
        """Tell whether something is reserved that an offer clashes with."""
        clashing = self._clashes.get(offer)
        return clashing is not None and any(self.load_of(other) for other in clashing)

    def load_on(self, line: UUID) -> int:
        """Return the load that a line takes."""
        return self._lines[line].wish.load

    def set_value(self, line: UUID, offer: UUID, value: int) -> None:
        """Let one pair be worth more or less than before; of no worth it is none."""
        planned = self._lines[line]
        before = planned.wish.value_of(offer)
        if before == max(0, value):
            return
        wish = planned.wish.valued(offer, value)
        if line not in self._dirty and (value > before) is (planned.offer == offer):
            self._revalue(line, wish)
            if not wish.value_of(offer):
                self._wanted_by[offer].discard(line)
            return
        if planned.offer == offer:
            self._take_back(line)
        if value > 0:
            self._wanted_by[offer].add(line)
        else:
            self._wanted_by[offer].discard(line)
        self._set(line, replace(self._lines[line], wish=wish, bound=wish.best))
        self._dirty.add(line)

    def settle(self) -> None:
        """Bring the plan up to what has happened since the last time."""
        if self._short:
            for offer in self._freed:
                self._dirty.update(self._wanted_by[offer])
                for other in self._clashes.get(offer, ()):
                    self._dirty.update(self._wanted_by[other])
        self._freed.clear()
        crowded = set[UUID]()
        while self._dirty:
            for line in sorted(self._dirty):
                if line in self._dirty:
                    self._settle(line, crowded)

    def changed(self) -> set[UUID]:
        """Return the lines whose offer may be another than when this was last asked."""
        changed = set(self._changed)
        self._changed.clear()
        return changed

    def reloaded(self) -> set[UUID]:
        """Return the offers whose load may be another than when this was last asked."""
        reloaded = set(self._reloaded)
        self._reloaded.clear()
        return reloaded

    def offer_of(self, line: UUID) -> UUID | None:
        """Return the offer that is reserved for a line."""
        return self._lines[line].offer

    def value_of(self, line: UUID, offer: UUID) -> int:
        """Return what a pair is worth; nothing, if it may not be."""
        return self._lines[line].wish.value_of(offer)

    def losses_of(self, line: UUID) -> dict[UUID, int]:
        """Return how much less than what it has each offer is worth that a line may have.

        What has no room beside the loads of others is worth less by ``NO_ROOM``.
        """
        planned = self._lines[line]
        load = planned.wish.load
        return {
            offer: max(0, planned.value - value)
            + (0 if offer == planned.offer or self._room(offer) >= load else NO_ROOM)
            for offer, value in planned.wish.values
        }

    def wishes_of(self, line: UUID) -> tuple[tuple[UUID, int], ...]:
        """Return what each offer that a line may have is worth to it, the best first."""
        return self._lines[line].wish.values

    def competing(self, line: UUID) -> Competing | None:
        """Return everything that is in a line's way, with what it has.

        None if that is too much, or if some of it is bundled: a problem says nothing of bundles.
        """
        lines = self._connected(line, set())
        if lines is None or any(len(self._with_mates(each)) > 1 for each in lines):
            return None
        planned = [self._lines[each] for each in lines]
        return Competing(
            problem=self._problem(lines),
            value=sum(each.value for each in planned),
            bound=sum(each.bound for each in planned),
        )

    def load_of(self, offer: UUID) -> int:
        """Return how much of an offer is reserved."""
        return self._load.get(offer, 0)

    def _room(self, offer: UUID) -> int:
        if self.is_blocked(offer):
            return 0
        return self._capacity.get(offer, 0) - self._load[offer]

    def _leave(self, line: UUID, bundle: UUID | None) -> None:
        """Let the rest of a bundle be one."""
        if bundle is None:
            return
        mates = self._mates[bundle]
        mates.discard(line)
        self._dirty.update(mates)
        if not mates:
            del self._mates[bundle]

    def _with_mates(self, line: UUID) -> Sequence[UUID]:
        bundle = self._lines[line].wish.bundle
        return (line,) if bundle is None else sorted(self._mates[bundle] | {line})

    def _revalue(self, line: UUID, wish: Wish) -> None:
        """Let what was chosen be worth more, or what was not be worth less: all stays the best."""
        planned = self._lines[line]
        value = 0 if planned.offer is None else wish.value_of(planned.offer)
        is_alone = planned.bound == planned.wish.best
        bound = wish.best if is_alone else planned.bound + value - planned.value
        self._set(line, replace(planned, wish=wish, value=value))
        self._prove(line, bound)

    def _settle(self, line: UUID, crowded: set[UUID]) -> None:
        if not self._short and self._takes_best(line):
            return
        is_first = not crowded
        connected = self._connected(line, crowded)
        if connected is None:
            if is_first:
                self._prove_nothing()
            self._make_do(line)
        elif len(connected) > 1 or not self._takes_best(line):
            self._solve(connected)

    def _takes_best(self, line: UUID) -> bool:
        """Give a line what it values most, if there is room for it and it is no bundle's."""
        if len(self._with_mates(line)) > 1:
            return False
        planned = self._lines[line]
        if planned.value < planned.wish.best:
            best, _ = planned.wish.values[0]
            if self._room(best) < planned.wish.load:
                return False
            self._release(line)
            self._give(line, best)
        self._prove(line, planned.wish.best)
        self._dirty.discard(line)
        return True

    def _connected(self, line: UUID, crowded: set[UUID]) -> Sequence[UUID] | None:
        """Return every line that has offers in common with one, or with those; none if too many.

        Whoever is found to be among too many is noted as ``crowded``, so that nobody looks again.
        """
        found, offers = {line}, set[UUID]()
        pairs = len(self._lines[line].wish.values)
        is_too_much = pairs > self._at_once or line in crowded
        ahead = [line]
        while ahead and not is_too_much:
            for near in self._near(ahead.pop(), offers):
                new = near - found
                found |= new
                ahead.extend(new)
                # Counted when they are met: a crowd is known for one after a few offers.
                pairs += sum(len(self._lines[each].wish.values) for each in new)
                is_too_much = pairs > self._at_once or not crowded.isdisjoint(new)
                if is_too_much:
                    break
        if is_too_much:
            # Whoever wants what it wants is among them too, met or not.
            wanted = (self._wanted_by[offer] for offer, _ in self._lines[line].wish.values)
            crowded.update(found, *wanted)
            return None
        return sorted(found)

    def _near(self, line: UUID, seen: set[UUID]) -> Iterator[set[UUID]]:
        """Yield the lines of its bundle, and who wants what it wants, of offers not yet seen."""
        yield set(self._with_mates(line))
        for offer, _ in self._lines[line].wish.values:
            for other in {offer, *self._clashes.get(offer, ())} - seen:
                seen.add(other)
                yield self._wanted_by[other]

    def _solve(self, lines: Sequence[UUID]) -> None:
        chosen, gap = self._best(lines)
        if not self._is_simple(lines):
            chosen, gap = self._least_changed(lines, chosen, gap)
        for line in lines:
            if self._lines[line].offer != chosen.get(line):
                self._release(line)
        for line in lines:
            offer = chosen.get(line)
            if offer is not None and self._lines[line].offer is None:
                self._give(line, offer)
            self._prove(line, self._lines[line].value)
            self._freed.difference_update(pair[0] for pair in self._lines[line].wish.values)
        self._prove(lines[0], self._lines[lines[0]].value + gap)
        self._dirty.difference_update(lines)

    def _best(self, lines: Sequence[UUID]) -> tuple[Mapping[UUID, UUID], int]:
        """Return the best offers found for lines, and how much better there might be."""
        if self._is_simple(lines):
            result = assign(self._problem(lines), limits=self._limits)
            return result.pairs(), result.gap
        planned = plan(self._planner_problem(lines))
        return {line: offer for line, (offer,) in planned.pairs().items()}, planned.gap

    def _least_changed(
        self, lines: Sequence[UUID], chosen: Mapping[UUID, UUID], gap: int
    ) -> tuple[Mapping[UUID, UUID], int]:
        """Return what stands with the best beside it, if that is worth as much as what is chosen.

        Sessions of one offer are worth the same, and people are not to be told another for nothing.
        """
        stands = {line: offer for line in lines if (offer := self._lines[line].offer) is not None}
        load: defaultdict[UUID, int] = defaultdict(int)
        for line, offer in stands.items():
            load[offer] += self._lines[line].wish.load
        for line in lines:
            wish = self._lines[line].wish
            if line in stands or wish.bundle is not None:
                continue
            for offer, _ in wish.values:
                is_free = not any(load[other] for other in self._clashes.get(offer, ()))
                if is_free and load[offer] + wish.load <= self._capacity.get(offer, 0):
                    stands[line] = offer
                    load[offer] += wish.load
                    break
        less = self._worth(chosen) - self._worth(stands)
        return (chosen, gap) if less > 0 else (stands, gap + less)

    def _worth(self, offer_of: Mapping[UUID, UUID]) -> int:
        return sum(self._lines[line].wish.value_of(offer) for line, offer in offer_of.items())

    def _is_simple(self, lines: Sequence[UUID]) -> bool:
        """Tell whether nothing is in the way of lines but the quantities of others."""
        return all(
            len(self._with_mates(line)) == 1
            and not any(offer in self._clashes for offer, _ in self._lines[line].wish.values)
            for line in lines
        )

    def _planner_problem(self, lines: Sequence[UUID]) -> PlannerProblem:
        problem = self._problem(lines)
        bundles = {bundle: number for number, bundle in enumerate(self._mates)}
        of_line = [self._lines[line].wish.bundle for line in problem.line_ids]
        return PlannerProblem.of(
            line_ids=problem.line_ids,
            offer_ids=problem.offer_ids,
            capacity=problem.capacity,
            line=problem.line,
            offer=problem.offer,
            value=problem.value,
            load=problem.quantity[problem.line],
            bundle=[ALONE if bundle is None else bundles[bundle] for bundle in of_line],
            offer_clashes=problem.clashes,
            is_kept=[
                self._lines[problem.line_ids[line]].offer == problem.offer_ids[offer]
                for line, offer in zip(problem.line.tolist(), problem.offer.tolist(), strict=True)
            ],
        )

    def _problem(self, lines: Sequence[UUID]) -> Problem:
        wishes = [self._lines[line].wish for line in lines]
        offers = sorted({offer for wish in wishes for offer, _ in wish.values})
        place = {offer: index for index, offer in enumerate(offers)}
        pairs = [
            (index, place[offer], value)
            for index, wish in enumerate(wishes)
            for offer, value in wish.values
        ]
        return Problem.of(
            line_ids=lines,
            quantity=[wish.load for wish in wishes],
            offer_ids=offers,
            capacity=[self._capacity.get(offer, 0) for offer in offers],
            line=[pair[0] for pair in pairs],
            offer=[pair[1] for pair in pairs],
            value=[pair[2] for pair in pairs],
            clashes=[
                (place[offer], place[other])
                for offer in offers
                for other in self._clashes.get(offer, ())
                if offer < other and other in place
            ],
        )

    def _prove_nothing(self) -> None:
        """Let nothing be proved about anybody who is short: he may be among too many by now."""
        for short in list(self._short):
            self._prove(short, self._lines[short].wish.best)

    def _make_do(self, line: UUID) -> None:
        """Give a line the best that has room, with nothing proved about it."""
        mates = self._with_mates(line)
        for mate in mates:
            self._improve(mate)
        if any(self._lines[mate].offer is None for mate in mates):
            for mate in mates:
                self._release(mate)
        for mate in mates:
            self._prove(mate, self._lines[mate].wish.best)
        self._dirty.difference_update(mates)

    def _improve(self, line: UUID) -> None:
        planned = self._lines[line]
        for offer, value in planned.wish.values:
            if value <= planned.value:
                return
            if self._room(offer) >= planned.wish.load:
                self._release(line)
                self._give(line, offer)
                return

    def _prove(self, line: UUID, bound: int) -> None:
        planned = replace(self._lines[line], bound=bound)
        self._set(line, planned)
        if planned.value < planned.wish.best:
            self._short.add(line)

    def _give(self, line: UUID, offer: UUID) -> None:
        planned = self._lines[line]
        self._load[offer] += planned.wish.load
        self._reloaded.add(offer)
        self._changed.add(line)
        self._set(line, replace(planned, offer=offer, value=planned.wish.value_of(offer)))

    def _take_back(self, line: UUID) -> None:
        """Take from a line what it has, and so from the rest of its bundle."""
        mates = self._with_mates(line)
        for mate in mates:
            self._release(mate)
        if len(mates) > 1:
            self._dirty.update(mates)

    def _release(self, line: UUID) -> None:
        planned = self._lines[line]
        if planned.offer is None:
            return
        self._load[planned.offer] -= planned.wish.load
        self._freed.add(planned.offer)
        self._reloaded.add(planned.offer)
        self._changed.add(line)
        self._set(line, replace(planned, offer=None, value=0))

    def _set(self, line: UUID, planned: Planned | None) -> None:
        before = self._lines.pop(line, None)
        if before is not None:
            self.value -= before.value
            self.bound -= before.bound
        self._short.discard(line)
        if planned is None:
            return
        self._lines[line] = planned
        self.value += planned.value
        self.bound += planned.bound
