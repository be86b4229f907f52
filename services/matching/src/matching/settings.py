"""What differs between deployments of this service."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """Matching's settings; the environment names them with the prefix ``MATCHING_``."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="MATCHING_", frozen=True, extra="ignore"
    )

    solver_nodes: int = 500
    """Branches that the solver may open for one component before it settles for a gap."""
    solver_seconds: float = 5.0
    """Longest time for one component; a plan that reaches it is feasible and says so."""
    sweep_seconds: float = 1.0
    """How often the planner looks for pools that nobody woke it for."""
    expiry_seconds: float = 60.0
    """How often the planner looks for asks that nobody answered."""
    shortage_seconds: float = 30.0
    """How long the shortage ledger of a pool may stay behind its plan."""
