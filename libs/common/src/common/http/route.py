"""The way of a request through every route: who, may they, was it done before; then the endpoint.

An unsafe request runs in one transaction that is opened here and joined by the use case. It is
committed before the answer is sent, so no caller is told of something that a crash could undo.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from starlette.responses import StreamingResponse
from typing_extensions import override

from common.accounts import Accounts
from common.clearance import Clearance, cleared, of_scope, own, public, throughout
from common.http.idempotency import (
    IdempotentRequests,
    claim_of,
    claim_of_stranger,
    does_only_add,
    does_tell_anew,
    told_once_by,
)
from common.http.permissions import (
    Admission,
    Declaration,
    OpenToStrangers,
    Permitted,
    Public,
    admission_of,
    declaration_of,
)
from common.http.reading import check_body, check_query
from common.http.tokens import Tokens

if TYPE_CHECKING:
    from enum import Enum

    from common.grants import Scope

STRANGER: Final = "stranger\n"
"""The name under which the database knows a caller without a token; no token can have it."""
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What every route needs before its endpoint; kept as ``app.state.edge``."""

    tokens: Tokens
    accounts: Accounts
    requests: IdempotentRequests

    async def admit(self, request: Request, declared: Declaration) -> Admission:
        """Find out who calls and what the route lets them touch.

        Raises:
            Unauthenticated: There is no valid token.
            RoleNotPermitted: No role of the caller has the permission.
        """
        token = await self.tokens.verify(request.headers.get("authorization"))
        # Who it was is known from here on, also to the line that tells of a refusal.
        request.state.sub = token.sub
        caller = await self.accounts.caller(token)
        scope: Scope | None = None
        if isinstance(declared, Permitted):
            scope = declared.permission.scope_of(caller)
        return Admission(token=token, caller=caller, scope=scope)


class WusheRoute(APIRoute):
    """A route that says who may use it, and whose unsafe requests happen once."""

    @property
    def declaration(self) -> Declaration:
        """Who may use the route."""
        return declaration_of(f"{' '.join(self.verbs)} {self.path}", self.dependant)

    @property
    def verbs(self) -> Sequence[str]:
        """The methods of the route, sorted."""
        return sorted(self.methods or ())

    @property
    def is_unsafe(self) -> bool:
        """Whether requests change something."""
        return not UNSAFE.isdisjoint(self.verbs)

    @property
    def is_claimed(self) -> bool:
        """Whether a request needs an Idempotency-Key, under which it is done once."""
        return self.is_unsafe and not does_tell_anew(self.endpoint)

    @property
    def query_names(self) -> frozenset[str]:
        """What may stand in the query."""
        fields = get_flat_params(self.dependant)
        return frozenset(field.alias for field in fields if isinstance(field.field_info, Query))

    @override
    def get_route_handler(self) -> Handle:
        endpoint = super().get_route_handler()
        declared = self.declaration
        known = self.query_names
        has_body = self.body_field is not None
        is_unsafe, is_claimed = self.is_unsafe, self.is_claimed
        only_adds = does_only_add(self.endpoint)
        told_once = told_once_by(self.endpoint)

        async def handle(request: Request) -> Response:
            edge: Edge = request.app.state.edge
            if not isinstance(declared, Public):
                request.state.admission = await edge.admit(request, declared)
            check_query(request, known)
            clearance = _clearance_of(request, declared)
            with cleared(clearance):
                if is_unsafe and not is_claimed:
                    return await _anew(edge, request, endpoint, has_body=has_body)
                if is_unsafe:
                    wish = _Wish(
                        endpoint=endpoint,
                        has_body=has_body,
                        only_adds=only_adds,
                        told_once=told_once,
                    )
                    return await _once(edge, request, wish)
                response = await endpoint(request)
            if isinstance(response, StreamingResponse):
                # What it reads is read after this block.
                response.body_iterator = throughout(clearance, aiter(response.body_iterator))
            return response

        return handle


def router(prefix: str, tags: Sequence[str]) -> APIRouter:
    """Return a router whose routes authenticate, authorise and happen once."""
    names: list[str | Enum] = list(tags)
    return APIRouter(prefix=prefix, tags=names, route_class=WusheRoute, redirect_slashes=False)


def _clearance_of(request: Request, declared: Declaration) -> Clearance:
    if isinstance(declared, OpenToStrangers):
        return own(STRANGER)
    if isinstance(declared, Public):
        return public()
    admission = admission_of(request)
    return own(admission.caller.sub) if admission.scope is None else of_scope(admission.scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    endpoint: Handle
    has_body: bool
    only_adds: bool
    told_once: str | None


async def _anew(edge: Edge, request: Request, endpoint: Handle, *, has_body: bool) -> Response:
    await check_body(request, is_expected=has_body)
    return await edge.requests.anew(lambda: endpoint(request))


async def _once(edge: Edge, request: Request, wish: _Wish) -> Response:
    admission: Admission | None = getattr(request.state, "admission", None)
    if admission is None:
        claim = await claim_of_stranger(request, STRANGER)
    else:
        claim = await claim_of(request, admission.caller.sub)
    await check_body(request, is_expected=wish.has_body)

    async def work() -> Response:
        response = await wish.endpoint(request)
        assert not isinstance(response, StreamingResponse), "a stream cannot be kept"
        return response

    return await edge.requests.once(claim, work, only_adds=wish.only_adds, told_once=wish.told_once)
