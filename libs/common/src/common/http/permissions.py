"""Who may use a route: declared beside it, enforced before it, and published as a table.

A route has exactly one declaration: ``Depends(permitted(PERMISSION))`` gives it the caller's scope,
``Depends(authenticated)`` admits whoever has a valid token, ``dependencies=[public()]`` anybody who
wants to read, ``dependencies=[open_to_strangers()]`` anybody who wants something to be noted.
An application with an undeclared route does not start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from typing_extensions import override

from common.grants import Caller, Permission, Scope
from common.http.tokens import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who came in, by which token, and what the permission of the route lets them touch."""

    token: Token
    caller: Caller
    scope: Scope | None


class Permitted:
    """The declaration of a route whose use needs a permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission: Final = permission

    async def __call__(self, request: Request) -> Scope:
        """Return what the caller may touch under the permission."""
        scope = admission_of(request).scope
        assert scope is not None, "the route was declared with another permission"
        return scope


class Authenticated:
    """The declaration of a route that anybody with a valid token may use."""

    async def __call__(self, request: Request) -> Caller:
        """Return the caller with the grants in force."""
        return admission_of(request).caller


class Public:
    """The declaration of a route that needs no token."""

    async def __call__(self) -> None:
        """Admit everybody."""


class OpenToStrangers(Public):
    """The declaration of a route that changes something and needs no token.

    What guards it lies in the request, a secret that somebody was given, or behind it, a person who
    decides. The database is told of a caller of whom nothing is known.
    """


Declaration: TypeAlias = Permitted | Authenticated | Public

authenticated: Final = Authenticated()
_public: Final = Public()
_open_to_strangers: Final = OpenToStrangers()


def permitted(permission: Permission) -> Permitted:
    """Declare that a route needs a permission; the dependency is the caller's scope."""
    return Permitted(permission)


def public() -> Any:  # noqa: ANN401 - FastAPI's own type
    """Declare that a route needs no token: ``dependencies=[public()]``."""
    return Depends(_public)


def open_to_strangers() -> Any:  # noqa: ANN401 - FastAPI's own type
    """Declare that a route changes something for callers without a token, and guards itself."""
    return Depends(_open_to_strangers)


def admission_of(request: Request) -> Admission:
    """Return who was admitted to this request."""
    admission: Admission = request.state.admission
    return admission


@dataclass(eq=False)
class Undeclared(TypeError):
    """A route says nothing, or too much, about who may use it."""

    route: str

    @override
    def __str__(self) -> str:
        return f"{self.route} needs exactly one of permitted(...), authenticated, public()"


def declaration_of(route: str, dependant: Dependant) -> Declaration:
    """Return the one declaration of a route.

    Raises:
        Undeclared: There is none, or there are several that differ.
    """
    found = {_identity(declared): declared for declared in _declarations(dependant)}
    if len(found) != 1:
        raise Undeclared(route=route)
    return next(iter(found.values()))


def _identity(declared: Declaration) -> str:
    if isinstance(declared, Permitted):
        return f"permission {declared.permission.name}"
    return type(declared).__name__


def _declarations(dependant: Dependant) -> Iterator[Declaration]:
    if isinstance(dependant.call, Permitted | Authenticated | Public):
        yield dependant.call
    for needed in dependant.dependencies:
        yield from _declarations(needed)
