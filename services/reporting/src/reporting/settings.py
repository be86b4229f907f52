"""What differs between deployments of reporting."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, read from ``REPORTING_...``; reporting has none of its own."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="REPORTING_", frozen=True, extra="ignore"
    )
