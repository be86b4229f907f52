"""By what a name is found: pieces of it, its pinyin, and the initials of its pinyin.

Readings come from pypinyin, which knows those of place names that differ from the usual one
(重庆 is Chongqing, 六安 is Lu'an). They are found once, when a list is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Read once; what is before them is what differs.
_ENDINGS: Final = (
    *("社区居民委员会", "居民委员会", "村民委员会", "社区居委会", "居委会", "村委会"),
    *("街道办事处", "街道", "镇", "乡"),
)


@dataclass(frozen=True, slots=True)
class NameKeys:
    """The keys of one name: ``xianjinjiedao`` and ``xjjd`` for 先进街道."""

    pinyin: str
    initials: str
    grams: tuple[str, ...]


def keys_of(name: str) -> NameKeys:
    """Return by what a name is found."""
    ending = next((each for each in _ENDINGS if name.endswith(each) and name != each), "")
    syllables = (*_syllables(name.removesuffix(ending)), *(_syllables(ending) if ending else ()))
    return NameKeys(
        pinyin="".join(syllables),
        initials="".join(syllable[0] for syllable in syllables),
        grams=grams_of(name),
    )


def grams_of(name: str) -> tuple[str, ...]:
    """Return every character of a name and every pair of neighbours, each once."""
    pairs = (name[at : at + 2] for at in range(len(name) - 1))
    return tuple(dict.fromkeys((*name, *pairs)))


def needed_grams(part: str) -> tuple[str, ...]:
    """Return the grams that every name with this part in it has."""
    return (part,) if len(part) == 1 else tuple(part[at : at + 2] for at in range(len(part) - 1))


def letters_of(text: str) -> str:
    """Return what somebody typed as pinyin, the way it is kept: small letters and digits only."""
    return "".join(filter(str.isalnum, text.lower()))


@lru_cache(maxsize=8192)
def _syllables(name: str) -> tuple[str, ...]:
    # A dictionary of 30 MB, which only imports need.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    read = (_ascii_of(syllable) for syllable in lazy_pinyin(name))
    return tuple(filter(None, read))


def _ascii_of(syllable: str) -> str:
    # What is no Chinese character comes as it is.
    return "".join(letter for letter in letters_of(syllable) if letter.isascii())
