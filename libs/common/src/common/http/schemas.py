"""The bases of what callers send and receive."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """What a caller sends: no unknown field, no infinity; text is kept as it came.

    NUL and halves of surrogate pairs never get this far, ``http.reading`` refuses them.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False
    )


class View(BaseModel):
    """What a caller receives; built by a class method ``of`` from a thing of the domain."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True)
