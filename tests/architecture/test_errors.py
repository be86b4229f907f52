"""Every refusal has a code of its own, titles in two languages, a status and a page."""

from __future__ import annotations

import re
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest

from common.errors import Conflict, DomainError, Forbidden, NotFound, RuleViolated
from common.http.problems import status_of
from common.http.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGES = ("common", "registry", "cases", "matching", "reporting")
FAMILIES = (NotFound, Conflict, Forbidden, RuleViolated, Refusal)
CHINESE = re.compile(r"[一-鿿].*。$")


def import_everything() -> None:
    for name in PACKAGES:
        package = import_module(name)
        for module in walk_packages(package.__path__, f"{name}."):
            # A `__main__` starts its program, and a migration runs only under Alembic.
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                import_module(module.name)


def concrete(family: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for error in family.__subclasses__():
        if error not in FAMILIES and error.__module__.partition(".")[0] in PACKAGES:
            yield error
        yield from concrete(error)


import_everything()
ERRORS = sorted(set(concrete()), key=lambda error: (error.__module__, error.__name__))


def kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def page_of(error: type[DomainError]) -> Path:
    return ROOT / "docs" / "problems" / f"{error.code}.md"


def test_there_are_errors_to_look_at() -> None:
    assert len(ERRORS) > 30


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in ERRORS]

    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
class TestEveryError:
    def test_has_a_code_made_of_its_own_name(self, error: type[DomainError]) -> None:
        assert "code" in vars(error)
        assert error.code == kebab(error.__name__)

    def test_has_a_title_that_is_one_sentence(self, error: type[DomainError]) -> None:
        title = (vars(error).get("__doc__") or "").partition("\n")[0]

        assert title.endswith(".")
        assert "{" not in title

    def test_has_a_chinese_title(self, error: type[DomainError]) -> None:
        assert CHINESE.search(vars(error).get("title_zh", ""))

    def test_has_a_status(self, error: type[DomainError]) -> None:
        assert status_of(error) is not HTTPStatus.INTERNAL_SERVER_ERROR

    def test_has_a_page_with_both_titles(self, error: type[DomainError]) -> None:
        page = page_of(error).read_text(encoding="utf-8")

        assert (error.__doc__ or "").partition("\n")[0] in page
        assert error.title_zh in page


def test_every_page_is_about_an_error_that_exists() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "problems").glob("*.md")} - {"README"}

    assert pages - {error.code for error in ERRORS} == set()
