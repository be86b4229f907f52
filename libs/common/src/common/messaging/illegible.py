"""What the driver itself cannot read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from aiokafka.errors import (
    ConsumerStoppedError,
    CorruptRecordException,
    KafkaError,
    RecordTooLargeError,
    UnsupportedCodecError,
)

if TYPE_CHECKING:
    from collections.abc import Generator

_DAMAGED: Final = (CorruptRecordException, RecordTooLargeError, UnsupportedCodecError)


class Illegible(Exception):
    """The log holds something that cannot be read as records at all.

    It was damaged on disk, or breaks the protocol, and the driver cannot say where it ends. Its
    partition stops until somebody repairs the log; the others go on.
    """


@contextmanager
def finding_illegible() -> Generator[None]:
    """Tell trouble with what was read from trouble with reading."""
    try:
        yield
    except _DAMAGED as error:
        raise Illegible from error
    except (KafkaError, ConsumerStoppedError, OSError):
        raise
    except Exception as error:
        # The driver's decoders raise whatever comes to them.
        raise Illegible from error
