"""What the code says to its databases, kept for those who change the tables later.

While tests run, every distinct statement that shipped code sends to a test's database is noted;
what a test asks by itself is not, what the owner of the tables does when it migrates is not, and
neither is what names no table, such as a lock.
"""

from __future__ import annotations

import fcntl
import inspect
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asyncpg.connection import Connection

from testing.postgres import APPLICATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT: Final = Path(__file__).parents[4]
OURS: Final = re.compile(r"(libs|services|deploy|tests)/.*")
SHIPPED: Final = re.compile(r"(libs/common|services/\w+)/src/.*")
ABOUT_ROWS: Final = re.compile(r"(select|insert|update|delete|with)\b.*", re.IGNORECASE | re.DOTALL)
TABLE: Final = re.compile(r"\b(from|into|update)\s+\w", re.IGNORECASE)
DATABASE: Final = re.compile(r"template_(\w+)_\d+")
COMMENT: Final = re.compile(r"--[^\n]*")
# As many places as there were values: the same statement, whatever their number.
LISTS: Final = (
    re.compile(r"(\$(?:::\w+)?)(?:, \1)+"),
    re.compile(r"(\((?:[^()]|\(\))*\))(?:, \1)+"),
)


def note_what_is_said(directory: Path) -> Callable[[], None]:
    """Listen from now on; what is returned adds what was heard to the files of a directory."""
    heard: defaultdict[str, set[str]] = defaultdict(set)
    unheard = {way: getattr(Connection, way) for way in ("_get_statement", "execute")}
    for way, really in unheard.items():
        setattr(Connection, way, _listening(really, heard))

    def keep() -> None:
        for way, really in unheard.items():
            setattr(Connection, way, really)
        for package, statements in heard.items():
            _add(directory / f"{package}.sql", statements)

    return keep


def statements_in(file: Path) -> list[str]:
    """Return the statements of a file."""
    return [line.removesuffix(";") for line in file.read_text("utf-8").splitlines() if line]


def one_of_each(statements: Iterable[str]) -> list[str]:
    """Return statements in order; of those that differ in the number of values, the shortest."""
    shortest: dict[str, str] = {}
    for statement in sorted(statements, key=lambda each: (len(each), each)):
        shortest.setdefault(_gist(statement), statement)
    return sorted(shortest.values())


def _gist(statement: str) -> str:
    gist = re.sub(r"\$\d+", "$", statement)
    for values in LISTS:
        gist = values.sub(r"\1", gist)
    return gist


def _listening(really: Any, heard: defaultdict[str, set[str]]) -> Any:  # noqa: ANN401 - the driver has no types
    async def listened(connection: Any, query: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the driver has no types
        session = connection._params  # noqa: SLF001
        database = DATABASE.fullmatch(session.database)
        is_at_work = session.user == APPLICATION and _is_about_rows(query)
        if database is not None and is_at_work and _is_shipped():
            heard[database[1]].add(" ".join(COMMENT.sub("", query).split()))
        return await really(connection, query, *args, **options)

    return listened


def _is_about_rows(query: str) -> bool:
    return ABOUT_ROWS.match(query.strip()) is not None and TABLE.search(query) is not None


def _is_shipped() -> bool:
    """Tell whether the nearest of our own lines that led here is one that ships."""
    here = inspect.currentframe()
    # Past this function and the listener: neither ships.
    frame = here.f_back.f_back if here is not None and here.f_back is not None else None
    while frame is not None:
        if frame.f_code.co_name == "_introspect_types":
            return False
        file = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
        if OURS.match(file):
            return SHIPPED.match(file) is not None
        frame = frame.f_back
    return False


def _add(path: Path, statements: set[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        # The processes of one run share the files.
        fcntl.flock(file, fcntl.LOCK_EX)
        known = statements_in(path)
        file.seek(0)
        file.truncate()
        file.writelines(f"{each};\n" for each in one_of_each({*known, *statements}))
