"""``ETag`` and ``If-Match``: so that nobody overwrites what they have not seen."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Response

from common.http.refusals import Flaw, InputInvalid

_TAG: Final = re.compile(r'"(\d{1,18})"')


def tag(response: Response, version: int) -> None:
    """Put the version of a thing on the answer that shows it."""
    response.headers["etag"] = f'"{version}"'


async def if_match(
    value: Annotated[
        str | None, Header(alias="If-Match", description="Only if the thing has this version.")
    ] = None,
) -> int | None:
    """Return the version that the caller expects, if they say so.

    Raises:
        InputInvalid: The header is not one ETag of ours.
    """
    if value is None or value == "*":
        return None
    found = _TAG.fullmatch(value)
    if found is None:
        flaw = Flaw(pointer="/header/if-match", code="etag-invalid", detail='As in ETag, like "3"')
        raise InputInvalid(errors=[flaw])
    return int(found[1])


IfMatch = Annotated[int | None, Depends(if_match)]
"""What a transition declares; the use case raises ``PreconditionFailed`` for another version."""
