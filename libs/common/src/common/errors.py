"""What the domain may refuse, in four families that know nothing of transport."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(eq=False)
class DomainError(Exception):
    """A rule of the domain refused the request."""

    code: ClassVar[str] = "domain-error"
    title_zh: ClassVar[str] = "业务规则不允许此操作。"

    @override
    def __init_subclass__(cls, *, code: str | None = None, zh: str | None = None) -> None:
        """Give a concrete error its public, never-reused code and its Chinese title."""
        super().__init_subclass__()
        if code is not None:
            cls.code = code
        if zh is not None:
            cls.title_zh = zh

    @property
    def title(self) -> str:
        """The first line of the class docstring: one sentence, no variables."""
        return (type(self).__doc__ or "").partition("\n")[0]

    @property
    def facts(self) -> Mapping[str, object]:
        """The fields of this occurrence, safe to show to the caller."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @override
    def __str__(self) -> str:
        return self.title


@dataclass(eq=False)
class NotFound(DomainError):
    """The thing does not exist, or the caller may not know that it does."""


@dataclass(eq=False)
class Conflict(DomainError):
    """The present state says no."""


@dataclass(eq=False)
class Forbidden(DomainError):
    """This caller may not do this."""


@dataclass(eq=False)
class RuleViolated(DomainError):
    """No state would say yes."""


@dataclass(eq=False)
class PreconditionFailed(DomainError, code="precondition-failed", zh="数据已被修改，请刷新。"):
    """The thing is no longer as the caller last saw it."""

    version: int
