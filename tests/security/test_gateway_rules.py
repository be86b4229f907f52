"""The gateway's configuration and the services' own declarations say the same."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import yaml

from common.http.permissions import Public
from common.http.server import LARGEST_BODY, api_routes, create_app
from testing.api import RING
from testing.gateway import SERVICES
from wushe.components import envoy

if TYPE_CHECKING:
    from collections.abc import Iterator


def manager() -> Any:  # noqa: ANN401
    config: Any = yaml.safe_load(envoy.template())
    listener = config["static_resources"]["listeners"][0]
    return listener["filter_chains"][0]["filters"][0]["typed_config"]


def filters() -> dict[str, Any]:
    return {part["name"]: part["typed_config"] for part in manager()["http_filters"]}


def needs_token(path: str) -> bool:
    rules = filters()["envoy.filters.http.jwt_authn"]["rules"]
    return "requires" in next(rule for rule in rules if _matches(rule["match"], path))


def _matches(match: dict[str, Any], path: str) -> bool:
    match match:
        case {"path": exact}:
            return bool(path == exact)
        case {"path_separated_prefix": prefix}:
            return path == prefix or path.startswith(f"{prefix}/")
        case {"prefix": prefix}:
            return path.startswith(prefix)
        case {"safe_regex": {"regex": regex}}:
            return re.fullmatch(regex, path) is not None
    raise AssertionError(match)


def declared() -> Iterator[tuple[str, bool]]:
    for service in SERVICES:
        settings = import_module(f"{service}.settings").Settings(
            database_url="postgresql+asyncpg://nobody@localhost/nothing",
            kafka_bootstrap="localhost:9",
            oidc_issuer="https://issuer.test",
            oidc_jwks="nowhere.json",
            keys_database_url="postgresql+asyncpg://nobody@localhost/nothing",
            key_ring=RING,
        )
        for route in api_routes(create_app(import_module(f"{service}.bootstrap").build(settings))):
            yield route.path_format, not isinstance(route.declaration, Public)


def test_the_gateway_asks_for_a_token_just_where_the_service_does() -> None:
    differing = [
        path
        for path, wanted in declared()
        if needs_token(re.sub(r"\{[^}]*\}", "something", path)) is not wanted
    ]

    assert differing == []


def test_a_token_is_verified_before_a_service_hears_of_the_request() -> None:
    order = list(filters())

    assert order.index("envoy.filters.http.jwt_authn") < order.index("envoy.filters.http.router")
    assert order.index("envoy.filters.http.local_ratelimit.address") < order.index(
        "envoy.filters.http.jwt_authn"
    )
    provider = filters()["envoy.filters.http.jwt_authn"]["providers"]["issuer"]
    assert (provider["require_expiration"], provider["clock_skew_seconds"]) == (True, 60)


def test_gateway_and_services_have_the_same_limit_for_a_body() -> None:
    assert filters()["envoy.filters.http.buffer"]["max_request_bytes"] == LARGEST_BODY


def test_the_gateway_is_set_up_as_an_edge() -> None:
    edge = manager()
    options = edge["common_http_protocol_options"]

    assert edge["use_remote_address"] is True
    assert edge["normalize_path"] is edge["merge_slashes"] is True
    assert edge["path_with_escaped_slashes_action"] == "REJECT_REQUEST"
    assert options["headers_with_underscores_action"] == "REJECT_REQUEST"
    assert options["max_headers_count"] == 100
    for name in ("request_headers_timeout", "request_timeout", "stream_idle_timeout"):
        assert edge[name].endswith("s")
    config: Any = yaml.safe_load(envoy.template())
    buffers = [
        each["per_connection_buffer_limit_bytes"] for each in config["static_resources"]["clusters"]
    ]
    assert buffers == [32768] * len(SERVICES)
    monitors = {
        each["name"].rpartition(".")[2] for each in config["overload_manager"]["resource_monitors"]
    }
    assert monitors == {"global_downstream_max_connections", "fixed_heap"}
    assert config["overload_manager"]["actions"]
