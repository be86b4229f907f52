"""The gateway: Envoy, with the configuration of production at local addresses."""

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml

from wushe.launch import Program
from wushe.ports import LOOPBACK
from wushe.wheels import wheel_path

_HTTP_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many requests pass at once, and how many more may after each so many seconds."""

    burst: int
    refill: int
    seconds: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one address, one without a token, one bearer, and one bearer's costly requests may.

    ``strangers`` is what one address may ask for without a token.
    """

    address: Rate
    anonymous: Rate
    subject: Rate
    costly: Rate
    strangers: Rate = Rate(burst=20, refill=20, seconds=60)

    @classmethod
    def of(cls, requests_per_second: int) -> "Rates":
        """Return the limits for a machine of one's own, in the proportions of production."""
        usual = Rate(burst=2 * requests_per_second, refill=requests_per_second)
        fifth = max(1, requests_per_second // 5)
        less = Rate(burst=2 * fifth, refill=fifth)
        return cls(address=usual, anonymous=less, subject=usual, costly=less)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What differs between the gateway of production and one on this machine."""

    port: int
    admin_port: int
    issuer: str
    audience: str
    jwks: Path
    upstreams: Mapping[str, Sequence[int]]
    rates: Rates


def render(gateway: Gateway) -> str:
    """Return the configuration of production with what differs replaced."""
    config: dict[str, Any] = yaml.safe_load(template())
    config["admin"]["address"] = _address(gateway.admin_port)
    resources_: dict[str, Any] = config["static_resources"]
    listener: dict[str, Any] = resources_["listeners"][0]
    listener["address"] = _address(gateway.port)
    _adapt_filters(listener["filter_chains"][0]["filters"][0]["typed_config"], gateway)
    for cluster in resources_["clusters"]:
        _adapt_cluster(cluster, gateway.upstreams[cluster["name"]])
    return json.dumps(config, indent=1)


def program(*, config: Path, log: Path) -> Program:
    """Describe Envoy with a rendered configuration."""
    return Program(
        name="gateway",
        argv=(
            *(str(wheel_path("gateway")), "--config-path", str(config)),
            # One machine may run many stacks, and their Envoys know nothing of each other.
            *("--disable-hot-restart", "--concurrency", "2", "--log-level", "warning"),
            *("--file-flush-interval-msec", "500"),
        ),
        log=log,
        grace_seconds=10.0,
    )


def template() -> str:
    """Return the configuration of production, which ships with this package."""
    return resources.files("wushe").joinpath("envoy.yaml").read_text(encoding="utf-8")


def is_live(admin_port: int) -> bool:
    """Tell whether Envoy has its configuration and listens."""
    return answers_ok(admin_port, "/ready")


def answers_ok(port: int, path: str) -> bool:
    """Tell whether a local HTTP server answers 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == _HTTP_OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _adapt_filters(manager: dict[str, Any], gateway: Gateway) -> None:
    settings: dict[str, dict[str, Any]] = {
        part["name"].removeprefix("envoy.filters.http."): part["typed_config"]
        for part in manager["http_filters"]
    }
    issuer = settings["jwt_authn"]["providers"]["issuer"]
    issuer["issuer"] = gateway.issuer
    issuer["audiences"] = [gateway.audience]
    issuer["local_jwks"] = {"filename": str(gateway.jwks.absolute())}
    rates = gateway.rates
    _limit(settings["local_ratelimit.address"], rates.address, rates.anonymous, rates.strangers)
    _limit(settings["local_ratelimit.subject"], rates.subject, rates.costly)


def _limit(settings: dict[str, Any], *rates: Rate) -> None:
    for descriptor, rate in zip(settings["descriptors"], rates, strict=True):
        descriptor["token_bucket"] = {
            "max_tokens": rate.burst,
            "tokens_per_fill": rate.refill,
            "fill_interval": f"{rate.seconds}s",
        }


def _adapt_cluster(cluster: dict[str, Any], ports: Sequence[int]) -> None:
    cluster["type"] = "STATIC"
    endpoints = [{"endpoint": {"address": _address(port)}} for port in ports]
    cluster["load_assignment"]["endpoints"] = [{"lb_endpoints": endpoints}]


def _address(port: int) -> dict[str, object]:
    return {"socket_address": {"address": LOOPBACK, "port_value": port}}
