"""What differs between deployments of cases."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, read from ``CASES_...``; cases has none of its own."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="CASES_", frozen=True, extra="ignore"
    )
