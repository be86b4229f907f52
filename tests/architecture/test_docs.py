"""What can be set, run or refused is written down where a stranger looks for it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from common.personal.settings import PersonalSettings
from common.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
SERVICES = ("registry", "cases", "matching", "reporting")


def settings_of(service: str) -> type[ServiceSettings]:
    module = import_module(f"{service}.settings")
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ServiceSettings)
        and value not in {ServiceSettings, PersonalSettings}
    ]
    assert len(classes) == 1, f"{service}.settings should hold one class of settings"
    return classes[0]


def names_of(service: str) -> list[str]:
    settings = settings_of(service)
    prefix = settings.model_config.get("env_prefix", "")
    return [f"{prefix}{field}".upper() for field in settings.model_fields]


@pytest.mark.parametrize("service", SERVICES)
class TestEveryService:
    def test_has_settings_under_its_own_prefix(self, service: str) -> None:
        assert all(name.startswith(f"{service.upper()}_") for name in names_of(service))

    def test_names_every_setting_in_its_readme(self, service: str) -> None:
        readme = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")

        missing = [name for name in names_of(service) if f"`{name}`" not in readme]

        assert missing == []

    def test_freezes_its_settings_and_gives_secrets_no_default(self, service: str) -> None:
        settings = settings_of(service)

        assert settings.model_config.get("frozen") is True
        assert settings.model_fields["database_url"].is_required()
