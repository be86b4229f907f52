"""What holds for every error, setting and schema of the registry."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

from common.errors import DomainError
from common.http.problems import status_of
from common.runtime import openapi_document
from registry.bootstrap import build
from registry.domain import errors
from registry.settings import Settings

HERE = Path(__file__).parents[1]
PROBLEMS = HERE.parents[1] / "docs" / "problems"
_IN = f"{errors.__name__}."
ERRORS = [
    error
    for module in map(import_module, (name for _, name, _ in walk_packages(errors.__path__, _IN)))
    for _, error in inspect.getmembers(module, inspect.isclass)
    if issubclass(error, DomainError) and error.__module__ == module.__name__
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(openapi_document(Settings, build))
    return described


def test_there_are_errors_to_look_at() -> None:
    assert len(ERRORS) > 20


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_has_a_code_two_titles_a_status_and_a_page(error: type[DomainError]) -> None:
    page = PROBLEMS / f"{error.code}.md"

    assert (error.__doc__ or "").endswith(".")
    assert error.title_zh.endswith("。")
    assert error.title_zh != DomainError.title_zh
    assert 400 <= status_of(error) < 500
    assert error.title_zh.rstrip("。") in page.read_text(encoding="utf-8")


def test_every_setting_is_in_the_readme() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"`REGISTRY_{name.upper()}`" not in readme]
    assert missing == []


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for operation in path.values()
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    }

    assert len(bodies) > 10
    assert [name for name in bodies if "examples" not in schemas[name]] == []


def test_items_of_a_batch_are_described_like_single_ones(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    items = schemas["StationsToPlan"]["properties"]["stations"]
    assert items["items"] == {"$ref": "#/components/schemas/StationToPlan"}
    assert items["maxItems"] == 500
