"""What the stack remembers between starts, and what it tells others while it runs.

Everything is in one directory: the memory (``state.json``), what is running (``running.json``,
there only while something runs), a lock, secrets, logs, and the data.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_PRIVATE: Final = 0o600


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Memory(_Record):
    """What the next start needs to be like this one."""

    ports: dict[str, int] = Field(default_factory=dict)
    # Of the roles in a database that is not ours; the embedded one keeps its own.
    secret: str = Field(default_factory=lambda: secrets.token_hex(32))
    # Steps that need not be done again while the database and the service stay the same.
    done: dict[str, str] = Field(default_factory=dict)


class PartStatus(_Record):
    """One program of the stack, as of now."""

    name: str
    phase: str
    pid: int | None
    restarts: int
    log: Path
    api: str | None = None
    ops: str | None = None


class Status(_Record):
    """The running stack: where everything is, and how it is."""

    phase: str
    supervisor: int
    state: Path
    gateway: str
    gateway_admin: str
    kafka: str
    # How it was asked for: embedded, apache, or the address of one that is not ours.
    broker: str = ""
    issuer: str
    audience: str
    jwks: Path
    databases: dict[str, str]
    parts: dict[str, PartStatus]

    @property
    def is_ready(self) -> bool:
        """Whether the stack was started completely and is not being stopped."""
        return self.phase == "ready"

    def pid_of(self, part: str) -> int:
        """Return the process id of a part such as ``cases`` or ``postgres``.

        Raises:
            KeyError: There is no such part, or it is not running now.
        """
        pid = self.parts[part].pid
        if pid is None:
            raise KeyError(part)
        return pid


class AlreadyRunning(Exception):
    """Another process runs a stack in the same directory."""


class StateDir:
    """The directory of one stack."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.postgres = self.path / "postgres"
        self.kafka = self.path / "kafka"
        self.envoy = self.path / "envoy.json"
        self.issuer_key = self.path / "issuer.pem"
        self.jwks = self.path / "jwks.json"
        self.key_rings = self.path / "key-rings"
        self._memory = self.path / "state.json"
        self._running = self.path / "running.json"
        self._lock = self.path / "lock"

    def create(self) -> None:
        """Make the directory, out of sight of others and of git."""
        self.path.mkdir(parents=True, exist_ok=True)
        # Under root, the database's account passes through; it can still read nothing here.
        self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        (self.path / ".gitignore").write_text("*\n")

    def memory(self) -> Memory:
        """Return what was remembered; nothing, when it cannot be read."""
        try:
            return Memory.model_validate_json(self._memory.read_bytes())
        except (FileNotFoundError, ValidationError):
            return Memory()

    def remember(self, memory: Memory) -> None:
        """Keep it for the next start."""
        write_private(self._memory, memory.model_dump_json(indent=1))

    def status(self) -> Status | None:
        """Return what is running, or ``None``; what a crash left behind is not believed."""
        if self.holder() is None:
            return None
        try:
            return Status.model_validate_json(self._running.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def left_behind(self) -> bool:
        """Tell whether a stack that is gone could not say so."""
        return self.holder() is None and self._running.exists()

    def publish(self, status: Status | None) -> None:
        """Tell others what is running now."""
        if status is None:
            self._running.unlink(missing_ok=True)
        else:
            write_private(self._running, status.model_dump_json(indent=1))

    @contextmanager
    def locked(self) -> Generator[None]:
        """Be the only one to run a stack here, as long as the block.

        The lock ends with the process, however it ends; no crash leaves it behind.

        Raises:
            AlreadyRunning: Somebody else is.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            _lock_exclusively(descriptor)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def holder(self) -> int | None:
        """Return the process that runs a stack here, or ``None``."""
        try:
            descriptor = os.open(self._lock, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(os.pread(descriptor, 32, 0) or b"0") or None
        else:
            return None
        finally:
            os.close(descriptor)


def _lock_exclusively(descriptor: int) -> None:
    for patience in (0.1, 0.2, 0.4, None):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            # Somebody who only asks whether it is held holds it for an instant.
            if patience is None:
                raise AlreadyRunning from error
            time.sleep(patience)
        else:
            return


def write_private(file: Path, text: str) -> None:
    """Write a file that only we may read; readers see the old text or the new, never a part."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{get_ident()}.draft")
    draft.touch(mode=_PRIVATE)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
