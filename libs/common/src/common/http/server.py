"""The API of a service as an ASGI application; making one opens nothing."""

from __future__ import annotations

import asyncio
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.middleware import Middleware

from common.http.edge import EdgeMiddleware
from common.http.frame_routes import frame_router
from common.http.idempotency import IdempotentRequests
from common.http.keys import key_set
from common.http.openapi import describe
from common.http.permissions import OpenToStrangers, Public
from common.http.problems import handle_failures
from common.http.route import Edge, WusheRoute
from common.http.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from common.frame import Frame
    from common.service import Service

LARGEST_BODY = 1024 * 1024


def create_app(service: Service) -> FastAPI:
    """Return the application of a service.

    Raises:
        Undeclared: A route does not say who may use it.
    """
    app = FastAPI(
        title=service.title,
        version=version_of(service.name),
        description=service.description,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{service.prefix}/openapi.json",
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        middleware=[Middleware(EdgeMiddleware, largest_body=LARGEST_BODY)],
    )
    frame = frame_router(service.prefix, tells_callers=not service.has_own_me)
    for router in (*service.routers, frame):
        app.include_router(router)
    handle_failures(app)
    _check_declared(app)
    describe(app)
    bind(app, service)
    return app


def bind(app: FastAPI, service: Service) -> None:
    """Let an application answer for a service of the kind that it was made for."""
    app.state.application = service.application
    app.state.problems_url = service.frame.settings.problems_url
    app.state.edge = _edge(service.frame)
    app.state.draining = asyncio.Event()


def api_routes(app: FastAPI) -> Iterator[WusheRoute]:
    """Yield every route of an application that a caller can use."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, WusheRoute):
            yield context.original_route


def _edge(frame: Frame) -> Edge:
    settings = frame.settings
    return Edge(
        tokens=Tokens(
            key_set(settings.oidc_jwks),
            issuer=settings.oidc_issuer,
            audience=settings.oidc_audience,
            clock=frame.clock,
        ),
        accounts=frame.accounts,
        requests=IdempotentRequests(frame.unit_of_work),
    )


def _check_declared(app: FastAPI) -> None:
    for context in iter_route_contexts(app.routes):
        route: Any = context.original_route
        if isinstance(route, APIRoute) and not isinstance(route, WusheRoute):
            message = f"{route.path} is not of a router made by common.http.route.router"
            raise TypeError(message)
    for declared in api_routes(app):
        said = declared.declaration
        is_for_strangers = isinstance(said, OpenToStrangers)
        if declared.is_unsafe and isinstance(said, Public) and not is_for_strangers:
            message = f"{declared.path} changes something and admits everybody"
            raise TypeError(message)
        if is_for_strangers and not declared.is_unsafe:
            message = f"{declared.path} changes nothing: it is public()"
            raise TypeError(message)


def version_of(service: str) -> str:
    """Return which release of a service is installed."""
    try:
        return version(f"wushe-{service}")
    except PackageNotFoundError:
        return "0.0.0"
