"""The word that rewrites promises: ``pytest tests/contracts --update-promises``."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-promises",
        action="store_true",
        help="write the schemas of new and grown events; a broken promise is refused all the same",
    )


@pytest.fixture
def updates_promises(request: pytest.FixtureRequest) -> bool:
    # Without this folder on the command line the option does not exist.
    return bool(request.config.getoption("--update-promises", default=False))
