"""The gateway alone, in front of something that only writes down what reaches it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final

import httpx
from typing_extensions import override

from wushe.components import envoy
from wushe.components.envoy import Gateway, Rates
from wushe.launch import await_ready, launch
from wushe.ports import free_port
from wushe.tokens import AUDIENCE, ISSUER, Grant, Issuer

if TYPE_CHECKING:
    from collections.abc import Generator

    from wushe.state import StateDir

SERVICES: Final = ("registry", "cases", "matching", "reporting")
AMPLE: Final = Rates.of(100_000)


@dataclass(frozen=True)
class Edge:
    """A gateway that runs, and the issuer whose tokens it takes."""

    url: str
    issuer: Issuer

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a path exactly as it is written."""
        with httpx.Client(trust_env=False) as client:
            # By hand, because a client would tidy the path up before it is sent.
            request = client.build_request("GET", self.url, headers=headers)
            request.url = request.url.copy_with(raw_path=path.encode())
            return client.send(request)

    def token(self, subject: str = "somebody") -> str:
        """Return a token that the gateway lets pass."""
        return self.issuer.mint(subject, [Grant(role="station_worker", scheme="nbs", area="4101")])

    def signed_in(self, subject: str = "somebody") -> httpx.Client:
        """Return a client that sends a token."""
        headers = {"authorization": f"Bearer {self.token(subject)}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False)


@dataclass
class Upstream:
    """What stands behind the gateway: it answers with what it was asked, and remembers it."""

    port: int = 0
    seen: list[str] = field(default_factory=list[str])


@contextmanager
def echoing() -> Generator[Upstream]:
    """Run an upstream for as long as the block lasts."""
    upstream = Upstream()

    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        @override
        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            body = f"{self.path}\n{self.headers}".encode()
            upstream.seen.append(f"{self.command} {body.decode()}")
            self.send_response(200)
            self.send_header("content-type", "text/plain")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    upstream.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield upstream
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def running_gateway(state: StateDir, upstream: int, rates: Rates = AMPLE) -> Generator[Edge]:
    """Run a gateway whose services are all one upstream."""
    gateway = Gateway(
        port=free_port(),
        admin_port=free_port(),
        issuer=ISSUER,
        audience=AUDIENCE,
        jwks=state.jwks,
        upstreams={name: [upstream] for name in SERVICES},
        rates=rates,
    )
    issuer = Issuer.of(state)
    state.envoy.write_text(envoy.render(gateway))
    process = launch(envoy.program(config=state.envoy, log=state.logs / "gateway.log"))
    try:
        await_ready(process, lambda: envoy.is_live(gateway.admin_port), seconds=30)
        yield Edge(f"http://127.0.0.1:{gateway.port}", issuer)
    finally:
        process.stop()
