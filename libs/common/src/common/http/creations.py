"""The answer to a creation, which may be the repetition of one."""

from http import HTTPStatus

from fastapi import Response

from common.http.versions import tag


def entered(response: Response, *, is_new: bool, version: int, location: str | None = None) -> None:
    """Say whether the thing is new or was there before, its version and where it is found."""
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    if location is not None:
        response.headers["location"] = location
    tag(response, version)
