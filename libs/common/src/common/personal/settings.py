"""The settings of a service that keeps what is known of people in person."""

from typing import ClassVar

from pydantic import SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from common.personal.key_ring import read_key_ring
from common.settings import ServiceSettings


class PersonalSettings(ServiceSettings):
    """Where people's keys are, and what wraps them; without either the service does not start."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(frozen=True, extra="ignore")

    keys_database_url: SecretStr
    """Where people's keys are kept: another database than DATABASE_URL, on another server where
    possible, with backups of its own that are kept 30 days at most."""
    migrate_keys_database_url: SecretStr | None = None
    """The same database for `migrate`, as the role that owns the tables."""
    keys_database_pool: int = 4
    """Connections to the database of keys that one process may hold."""
    key_ring: SecretStr
    """The ring of secrets that wraps the keys: the path of a file, or the JSON document itself."""

    @field_validator("key_ring")
    @classmethod
    def _is_usable(cls, source: SecretStr) -> SecretStr:
        read_key_ring(source.get_secret_value())
        return source
