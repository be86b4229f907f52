"""What the edge itself refuses, before or around any use case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from common.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(eq=False)
class Refusal(DomainError):
    """The request was refused at the edge."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST

    @property
    def headers(self) -> Mapping[str, str]:
        """What else the answer says, as headers."""
        return {}


@dataclass(eq=False)
class Unauthenticated(Refusal, code="unauthenticated", zh="未登录、令牌无效或已过期。"):
    """There is no valid access token with this request."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNAUTHORIZED
    reason: str = "missing"

    @property
    @override
    def headers(self) -> Mapping[str, str]:
        error = "" if self.reason == "missing" else ', error="invalid_token"'
        return {"www-authenticate": f'Bearer realm="wushe"{error}'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong with the input: where, and why, but never what was sent."""

    pointer: str
    code: str
    detail: str


@dataclass(eq=False)
class InputMalformed(Refusal, code="input-malformed", zh="请求内容不是有效的 JSON。"):
    """The body is not JSON that can be read."""


@dataclass(eq=False)
class InputInvalid(Refusal, code="input-invalid", zh="请求内容有误，请检查所列字段。"):
    """The input breaks a rule; every field that does is named."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY
    errors: Sequence[Flaw] = field(default_factory=list[Flaw])


@dataclass(eq=False)
class UnknownFilter(Refusal, code="unknown-filter", zh="不支持此查询参数。"):
    """The list has no such filter, and ignoring it would answer another question."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY
    known: Sequence[str]


@dataclass(eq=False)
class CursorInvalid(Refusal, code="cursor-invalid", zh="分页游标无效，请从第一页重新开始。"):
    """The cursor was not made by this list with these filters."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(eq=False)
class MediaTypeUnsupported(
    Refusal, code="media-type-unsupported", zh="请求内容须为 application/json。"
):
    """The body has to be application/json, without a content coding."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@dataclass(eq=False)
class IdempotencyKeyMissing(
    Refusal, code="idempotency-key-missing", zh="缺少有效的 Idempotency-Key 请求头。"
):
    """A request that changes something needs an Idempotency-Key of 1 to 255 visible characters."""


@dataclass(eq=False)
class IdempotencyKeyReused(
    Refusal, code="idempotency-key-reused", zh="此 Idempotency-Key 已用于另一请求。"
):
    """The Idempotency-Key was used before, for another request."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(eq=False)
class RequestInProgress(Refusal, code="request-in-progress", zh="相同的请求正在处理，请稍后重试。"):
    """The request with this Idempotency-Key has not been answered yet."""

    status: ClassVar[HTTPStatus] = HTTPStatus.CONFLICT

    @property
    @override
    def headers(self) -> Mapping[str, str]:
        return {"retry-after": "1"}


@dataclass(eq=False)
class TemporarilyUnavailable(
    Refusal, code="temporarily-unavailable", zh="服务暂时不可用，请稍后重试。"
):
    """Something this service depends on does not answer; the same request may be sent again."""

    status: ClassVar[HTTPStatus] = HTTPStatus.SERVICE_UNAVAILABLE

    @property
    @override
    def headers(self) -> Mapping[str, str]:
        return {"retry-after": "1"}
