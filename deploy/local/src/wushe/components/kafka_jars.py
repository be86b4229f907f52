"""Apache Kafka's jars: where they are kept, and how they come there.

They are a cache and no data: fetched by Maven as the pom says, checked file by file against the
digests in git, and shared by every working copy on the machine that wants the same files.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from typing_extensions import override

from wushe.launch import tie_to_parent

OLDEST_JAVA: Final = 17
_FETCH_SECONDS: Final = 900
_BROKER: Final = re.compile(r"kafka_[\d.]+-(.+)\.jar")
_JAVA_VERSION: Final = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(kw_only=True)
class KafkaUnavailable(Exception):
    """Apache Kafka cannot be run, or not be fetched, on this machine as it is."""

    why: str
    remedy: str

    @override
    def __str__(self) -> str:
        return f"{self.why}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Jars:
    """The files of one version of Apache Kafka, and the directory that holds them and no others.

    Attributes:
        digests: The SHA-256 of each file, by its name.
    """

    place: Path
    version: str
    digests: Mapping[str, str]

    @property
    def are_there(self) -> bool:
        """Whether every file was fetched; their contents were checked when they were."""
        return all((self.place / name).is_file() for name in self.digests)

    @property
    def class_path(self) -> str:
        """What ``java`` wants to be told."""
        return str(self.place / "*")


def jars() -> Jars:
    """Return the files that the lock names; another lock has another place."""
    lock = _resource("kafka_jars.sha256")
    digests = {name: digest for digest, name in map(str.split, lock.splitlines())}
    version = next(found[1] for found in map(_BROKER.fullmatch, digests) if found)
    key = hashlib.sha256(lock.encode()).hexdigest()[:8]
    return Jars(_cache() / f"apache-kafka-{version}-{key}", version, digests)


def installed() -> Jars:
    """Return the files, all of which are there.

    Raises:
        KafkaUnavailable: They were not fetched.
    """
    found = jars()
    if not found.are_there:
        why = f"Apache Kafka {found.version} is not set up"
        raise KafkaUnavailable(why=why, remedy="run `make setup-kafka`")
    return found


def java() -> Path:
    """Return a Java that can run Apache Kafka.

    Raises:
        KafkaUnavailable: There is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None)
    if found is None:
        raise KafkaUnavailable(why="there is no Java", remedy=_install_java())
    asked = subprocess.run(  # noqa: S603
        (found, "-version"), check=False, capture_output=True, text=True
    )
    version = _JAVA_VERSION.search(asked.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        why = f"{found} is Java {version[1] if version else 'of an unknown version'}"
        raise KafkaUnavailable(why=why, remedy=_install_java())
    return Path(found)


def maven() -> Path:
    """Return Maven.

    Raises:
        KafkaUnavailable: There is none.
    """
    found = shutil.which("mvn")
    if found is None:
        raise KafkaUnavailable(why="there is no Maven", remedy="install Maven 3.6 or later")
    return Path(found)


def fetch(wanted: Jars) -> None:
    """Fetch the files and check each; either all of them are there afterwards or none.

    Raises:
        KafkaUnavailable: Java or Maven is missing, or Maven brought no files, or other ones.
    """
    java()
    program = maven()
    wanted.place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=wanted.place.parent))
    try:
        _run_maven(program, draft)
        _check(draft, wanted)
        _put(draft, wanted)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _run_maven(program: Path, target: Path) -> None:
    pom = resources.files("wushe").joinpath("kafka_pom.xml")
    with resources.as_file(pom) as file:
        finished = subprocess.run(  # noqa: S603
            (
                *(str(program), "--batch-mode", "--quiet", "--strict-checksums"),
                *("--file", str(file), "dependency:copy-dependencies"),
                f"-DoutputDirectory={target}",
            ),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_FETCH_SECONDS,
            preexec_fn=tie_to_parent(signal.SIGKILL),
        )
    if finished.returncode != 0:
        lines = [line for line in finished.stdout.splitlines() if "ERROR" in line]
        why = "\n".join(["Maven could not fetch Apache Kafka:", *lines[:3]])
        remedy = "Maven is told of a proxy or a mirror in ~/.m2/settings.xml"
        raise KafkaUnavailable(why=why, remedy=remedy)


def _check(found: Path, wanted: Jars) -> None:
    digests = {file.name: _digest(file) for file in found.iterdir()}
    if differing := sorted(dict(digests.items() ^ wanted.digests.items())):
        why = f"what Maven brought is not what deploy/kafka/jars.sha256 names: {differing}"
        remedy = "nothing of it was kept; empty ~/.m2/repository and try again"
        raise KafkaUnavailable(why=why, remedy=remedy)


def _put(draft: Path, wanted: Jars) -> None:
    if wanted.place.exists() and not wanted.are_there:
        # Somebody has removed some of it.
        shutil.rmtree(wanted.place)
    try:
        draft.rename(wanted.place)
    except OSError:
        # Another process was faster.
        if not wanted.are_there:
            raise


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "wushe"


def _resource(name: str) -> str:
    return resources.files("wushe").joinpath(name).read_text(encoding="utf-8")


def _install_java() -> str:
    return f"install Java {OLDEST_JAVA} or later, or name it in JAVA_HOME"
