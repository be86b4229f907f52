"""How the routes reach what the service can do."""

from typing import Annotated, TypeAlias

from fastapi import Depends

from common.http.application import application
from registry.app.application import Application

App: TypeAlias = Annotated[Application, Depends(application)]
"""Every ability of the service."""
