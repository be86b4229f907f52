"""Every route of every service says who may use it, and what may happen there."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from common.grants import Reach, Role
from common.http.permissions import Permitted, Public
from common.http.server import api_routes, create_app
from testing.api import RING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from common.http.route import WusheRoute

SERVICES = ("registry", "cases", "matching", "reporting")
PERMISSION = re.compile(r"[a-z_]+:[a-z_]+")
# What is published to everybody, and nothing that is not listed here.
OPEN_TO_ALL = {
    "/registry/v1/area_lists/{list_id}/areas.ndjson",
    "/registry/v1/registration",
    "/registry/v1/registration/{application_id}",
    "/registry/v1/answers",
    "/registry/v1/sheets",
    "/registry/v1/sheets/{subject}/template.{form}",
    "/registry/v1/certificates/{number}",
    "/registry/v1/permissions",
    "/registry/hsds",
    "/registry/hsds/",
    "/registry/hsds/profile",
    "/registry/hsds/services",
    "/registry/hsds/services/{service_id}",
    "/registry/hsds/organizations",
    "/registry/hsds/organizations/{organization_id}",
    "/registry/hsds/taxonomies",
    "/registry/hsds/taxonomies/{taxonomy_id}",
    "/registry/hsds/taxonomy_terms",
    "/registry/hsds/taxonomy_terms/{term_id}",
    "/registry/hsds/service_at_locations",
    "/registry/hsds/service_at_locations/{service_at_location_id}",
    "/cases/v1/permissions",
    "/matching/v1/permissions",
    "/reporting/v1/permissions",
    "/",
    "/docs",
    "/docs/events",
    "/openapi.json",
    "/asyncapi.json",
    "/problems",
    "/problems/{code}",
    "/static/{name}",
}


def app_of(service: str) -> FastAPI:
    settings = import_module(f"{service}.settings").Settings(
        database_url="postgresql+asyncpg://nobody@localhost/nothing",
        kafka_bootstrap="localhost:9",
        oidc_issuer="https://issuer.test",
        oidc_jwks="nowhere.json",
        keys_database_url="postgresql+asyncpg://nobody@localhost/nothing",
        key_ring=RING,
    )
    return create_app(import_module(f"{service}.bootstrap").build(settings))


def routes_of(service: str) -> list[WusheRoute]:
    return list(api_routes(app_of(service)))


@pytest.mark.parametrize("service", SERVICES)
class TestEveryService:
    def test_declares_who_may_use_each_route(self, service: str) -> None:
        routes = routes_of(service)

        assert len(routes) > 5
        assert all(route.declaration for route in routes)

    def test_opens_to_everybody_only_what_is_listed(self, service: str) -> None:
        public = {
            route.path_format
            for route in routes_of(service)
            if isinstance(route.declaration, Public)
        }

        assert public - OPEN_TO_ALL == set()

    def test_keeps_its_interface_under_its_own_name(self, service: str) -> None:
        paths = {
            route.path_format
            for route in routes_of(service)
            if not isinstance(route.declaration, Public)
        }

        assert {path for path in paths if not path.startswith(f"/{service}/v1/")} == set()

    def test_names_its_permissions_after_things_and_what_is_done_with_them(
        self, service: str
    ) -> None:
        names = {
            route.declaration.permission.name
            for route in routes_of(service)
            if isinstance(route.declaration, Permitted)
        }

        assert names
        assert {name for name in names if not PERMISSION.fullmatch(name)} == set()

    def test_lets_only_the_administrator_of_the_platform_act_everywhere(self, service: str) -> None:
        everywhere = {
            (route.path_format, role)
            for route in routes_of(service)
            if route.is_unsafe and isinstance(route.declaration, Permitted)
            for role, reach in route.declaration.permission.reach.items()
            if reach is Reach.EVERYWHERE and role is not Role.PLATFORM_ADMIN
        }

        assert everywhere == set()

    def test_describes_each_route_in_its_document(self, service: str) -> None:
        paths = app_of(service).openapi()["paths"]

        undescribed = [
            f"{method} {path}"
            for path, operations in paths.items()
            for method, operation in operations.items()
            if not operation.get("summary") or not operation.get("description")
        ]

        assert undescribed == []
