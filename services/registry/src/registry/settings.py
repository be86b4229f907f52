"""What differs between deployments of the registry."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings that every service has, under the prefix ``REGISTRY_``."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        frozen=True, extra="ignore", env_prefix="REGISTRY_"
    )
