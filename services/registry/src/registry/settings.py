"""What differs between deployments of the registry."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from common.personal.settings import PersonalSettings


class Settings(PersonalSettings):
    """The settings of a service that keeps people, under the prefix ``REGISTRY_``."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        frozen=True, extra="ignore", env_prefix="REGISTRY_"
    )

    service_fresh_days: int = Field(default=180, ge=1, le=3650)
    public_url: str = ""
    """Where the world finds this platform; printed on certificates. Empty: where callers do."""
