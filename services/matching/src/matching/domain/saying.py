"""Sentences for people, always in both languages, and the small words they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from common.clock import CHINA
from common.vocabulary import Unit, Weekday

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

KILOMETRE: Final = 1000


@dataclass(frozen=True, slots=True)
class Saying:
    """The same thing said in Chinese and in English, without the final stop."""

    zh: str
    en: str

    def sentence(self) -> Saying:
        """Return it as a sentence of its own."""
        return joined([self])


def joined(parts: Iterable[Saying]) -> Saying:
    """Put clauses into one sentence with its final stop."""
    clauses = list(parts)
    english = "; ".join(clause.en for clause in clauses)
    return Saying(
        zh="，".join(clause.zh for clause in clauses) + "。",
        en=english[:1].upper() + english[1:] + ".",
    )


def distance(metres: int) -> Saying:
    """Say a distance as people do: metres when near, else kilometres."""
    if metres < KILOMETRE:
        return Saying(f"{metres} 米", f"{metres} m")
    kilometres = f"{metres / KILOMETRE:.1f}".removesuffix(".0")
    return Saying(f"{kilometres} 公里", f"{kilometres} km")


def amount(quantity: int, unit: Unit) -> Saying:
    """Say a quantity in its unit."""
    english = unit.en.removesuffix("s") if quantity == 1 else unit.en
    return Saying(f"{quantity} {unit.zh}", f"{quantity} {english}")


def days(weekdays: Collection[Weekday]) -> Saying:
    """Name days of the week in their order; none means any."""
    if not weekdays or len(weekdays) == len(Weekday):
        return Saying("每天", "every day")
    named = [day for day in Weekday if day in weekdays]
    return Saying("、".join(day.zh for day in named), ", ".join(day.en for day in named))


def moment(at: datetime) -> Saying:
    """Say an instant as the date and the time of the day in China."""
    local = at.astimezone(CHINA)
    on, time = day(local.date()), f"{local:%H:%M}"
    return Saying(f"{on.zh} {time}", f"{on.en} at {time}")


def day(on: date) -> Saying:
    """Say a date."""
    return Saying(f"{on.year}年{on.month}月{on.day}日", on.isoformat())
