"""Who calls, for abilities that judge more than one permission."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from common.grants import Caller
from common.http.permissions import admission_of


async def _caller(request: Request) -> Caller:
    return admission_of(request).caller


Calling: TypeAlias = Annotated[Caller, Depends(_caller)]
"""The caller with all grants in force, beside what the route's permission reaches."""
