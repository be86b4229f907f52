"""The desk, put together."""

from __future__ import annotations

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from common.frame import build_frame
from common.messaging.handlers import Handlers
from common.service import Service
from common.settings import ServiceSettings
from testing.desk.notes import Desk
from testing.desk.routes import routes


class Settings(ServiceSettings):
    """The settings of every service, from ``DESK_...``."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="DESK_", frozen=True, extra="ignore"
    )


def build(settings: Settings) -> Service:
    """Put the service together."""
    frame = build_frame("desk", settings)
    return Service(
        name="desk",
        frame=frame,
        application=Desk(frame=frame),
        routers=[routes],
        handlers=Handlers(),
        title="Desk",
        description="Notes are handed in, listed and closed.",
        package="testing.desk",
    )
