"""A service's API in a test: the whole application, on a database of its own, without a socket."""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import NAMESPACE_DNS, UUID, uuid4, uuid5

import httpx
from typing_extensions import override

from common.accounts import put_account
from common.area_lists import AreaLine, replace_areas
from common.http.server import bind, create_app
from common.personal.key_ring import new_key_ring
from common.settings import ServiceSettings
from common.telemetry import log_plainly
from common.vocabulary import AreaLevel, AreaScheme
from testing.callers import AUDIENCE, ISSUER, Issuer, a_grant, claim_of
from testing.postgres import fresh_database, shared_keys

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
    from types import TracebackType

    from fastapi import APIRouter, FastAPI

    from common.frame import Frame
    from common.grants import Grant, Role
    from common.service import Service

S = TypeVar("S", bound=ServiceSettings)

UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
DALIAN_POOL: Final = uuid5(NAMESPACE_DNS, "nbs:2102")
ANSHAN_POOL: Final = uuid5(NAMESPACE_DNS, "nbs:2103")
LIAONING_POOL: Final = uuid5(NAMESPACE_DNS, "nbs:21")
RING: Final = new_key_ring().document()
"""Of all services of a test process."""
STREET: Final = "210213009"
"""先进街道, where most of our stories happen."""

_TREE: Final = (
    ("21", "辽宁省", AreaLevel.PROVINCE, None),
    ("2102", "大连市", AreaLevel.PREFECTURE, "21"),
    ("2103", "鞍山市", AreaLevel.PREFECTURE, "21"),
    ("210213", "金州区", AreaLevel.COUNTY, "2102"),
    ("210204", "沙河口区", AreaLevel.COUNTY, "2102"),
    ("210302", "铁东区", AreaLevel.COUNTY, "2103"),
    ("210213009", "先进街道", AreaLevel.TOWNSHIP, "210213"),
    ("210213008", "光明街道", AreaLevel.TOWNSHIP, "210213"),
    ("210204008", "黑石礁街道", AreaLevel.TOWNSHIP, "210204"),
    ("210302001", "长甸街道", AreaLevel.TOWNSHIP, "210302"),
    ("210213009001", "先进社区", AreaLevel.VILLAGE, "210213009"),
)

_idle: Final[dict[str, tuple[tuple[APIRouter, ...], list[FastAPI]]]] = {}


class Api(httpx.AsyncClient):
    """A client of the application; unsafe requests get an Idempotency-Key unless they bring one."""

    def __init__(self, app: FastAPI, service: Service, issuer: Issuer) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        super().__init__(transport=transport, base_url="http://service.test")
        self.app: Final = app
        self.service: Final = service
        self.issuer: Final = issuer
        self._others: Final = AsyncExitStack()

    @property
    def frame(self) -> Frame:
        """The frame of the service under test, with its database."""
        return self.service.frame

    async def signed_in(
        self,
        role: Role | str,
        area: str | None = None,
        org: UUID | None = None,
        sub: str | None = None,
    ) -> Api:
        """Return another client of the application: a caller whose account holds this grant."""
        return await self.signed_in_with([a_grant(role, area, org)], sub=sub)

    async def signed_in_with(self, grants: Sequence[Grant], *, sub: str | None = None) -> Api:
        """Return another client of the application: a caller whose account holds these grants."""
        who = sub or f"test-{uuid4()}"
        await self.put_account(who, grants)
        return await self.bearing(self.issuer.mint(self.issuer.claims(who, grants)))

    async def bearing(self, token: str) -> Api:
        """Return another client of the application: one that sends this token."""
        other = await self._others.enter_async_context(Api(self.app, self.service, self.issuer))
        other.headers["authorization"] = f"Bearer {token}"
        return other

    async def put_account(self, sub: str, grants: Sequence[Grant], *, version: int = 1) -> None:
        """Make an account hold these grants, as if the registry had told so."""
        async with self.frame.unit_of_work.transaction() as session:
            await put_account(
                session,
                account_id=uuid5(NAMESPACE_DNS, sub),
                sub=sub,
                grants=[claim_of(grant) for grant in grants],
                version=version,
            )
        self.frame.accounts.forget()

    async def put_areas(self, scheme: AreaScheme = AreaScheme.NBS) -> None:
        """Put the small tree of areas into force: a province with two cities."""
        async with self.frame.unit_of_work.transaction() as session:
            await replace_areas(session, scheme.value, uuid4(), small_tree(scheme))

    @override
    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        request = super().build_request(method, url, **options)
        if method.upper() in UNSAFE and "idempotency-key" not in request.headers:
            request.headers["idempotency-key"] = str(uuid4())
        return request

    @override
    async def aclose(self) -> None:
        await self._others.aclose()
        await super().aclose()

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._others.aclose()
        await super().__aexit__(exc_type, exc_value, traceback)


@asynccontextmanager
async def api(
    build: Callable[[S], Service],
    settings_class: Callable[..., S],
    package: str,
    *,
    has_areas: bool = True,
    **settings: object,
) -> AsyncGenerator[Api]:
    """Yield a client of a service on a fresh database.

    Args:
        build: The service's ``bootstrap.build``.
        settings_class: The class of its settings.
        package: Where the service's migrations are, such as ``"cases"``.
        has_areas: Whether the small tree of areas is in force.
        settings: Whatever should differ from the settings of a test.
    """
    async with AsyncExitStack() as stack:
        whole = running(build, settings_class, package, **settings)
        service, issuer = await stack.enter_async_context(whole)
        app = stack.enter_context(lent_app(service))
        client = await stack.enter_async_context(Api(app, service, issuer))
        if has_areas:
            await client.put_areas()
        yield client


@contextmanager
def lent_app(service: Service) -> Generator[FastAPI]:
    """Lend an application that answers for a service; to make one takes longer than most tests."""
    routers, idle = _idle.get(service.name, ((), []))
    if routers != tuple(service.routers):
        routers, idle = _idle[service.name] = (tuple(service.routers), [])
    app = idle.pop() if idle else create_app(service)
    bind(app, service)
    try:
        yield app
    finally:
        idle.append(app)


@asynccontextmanager
async def running(
    build: Callable[[S], Service],
    settings_class: Callable[..., S],
    package: str,
    **settings: object,
) -> AsyncGenerator[tuple[Service, Issuer]]:
    """Yield a service on a fresh database, and the issuer whose tokens it accepts."""
    with tempfile.TemporaryDirectory() as directory:
        issuer = Issuer.at(Path(directory))
        async with fresh_database(package) as url:
            defaults: Mapping[str, object] = {
                "database_url": url,
                "kafka_bootstrap": "localhost:9",
                "oidc_issuer": ISSUER,
                "oidc_audience": AUDIENCE,
                "oidc_jwks": str(issuer.jwks),
                "drain_seconds": 0.0,
                # Of those that keep people; the others do not look at them.
                **(await keeping_people()),
            }
            service = build(settings_class(**{**defaults, **settings}))
            log_plainly(service.name)
            try:
                yield service, issuer
            finally:
                await service.frame.close()


async def keeping_people() -> Mapping[str, object]:
    """Return the settings of a service that keeps people: a database of keys, and a ring."""
    return {"keys_database_url": await shared_keys(), "key_ring": RING}


def small_tree(scheme: AreaScheme = AreaScheme.NBS) -> Sequence[AreaLine]:
    """Return the areas of the tests: Dalian (two counties), Anshan, and a village."""
    parents = {code: parent for code, _, _, parent in _TREE}
    return [
        AreaLine(
            scheme=scheme,
            code=code,
            name=name,
            level=level,
            is_formal=level is not AreaLevel.VILLAGE,
            parent=parent,
            ancestors=tuple(_ancestors(code, parents)),
            pool_id=_pool_of(code),
        )
        for code, name, level, parent in _TREE
    ]


def _ancestors(code: str, parents: Mapping[str, str | None]) -> Sequence[str]:
    parent = parents[code]
    return [*(_ancestors(parent, parents) if parent else []), code]


def _pool_of(code: str) -> UUID:
    return {"2102": DALIAN_POOL, "2103": ANSHAN_POOL}.get(code[:4], LIAONING_POOL)
