import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wushe.components import kafka_jars
from wushe.components.kafka_jars import Jars, KafkaUnavailable
from wushe.doctor import examine
from wushe.plan import BrokerUnknown, Options
from wushe.stack import Stack
from wushe.state import StateDir

GOOD = b"the broker"


def put_program(directory: Path, name: str, script: str) -> None:
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is found before the machine's own programs."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    put_program(directory, "java", """echo 'openjdk version "21.0.2" 2024-01-16' >&2""")
    return directory


@pytest.fixture
def wanted(tmp_path: Path) -> Jars:
    digests = {"kafka_2.13-4.9.9.jar": hashlib.sha256(GOOD).hexdigest()}
    return Jars(tmp_path / "cache" / "apache-kafka-4.9.9", "4.9.9", digests)


def maven_brings(directory: Path, *files: tuple[str, bytes]) -> None:
    """Put a Maven in the way that writes these files where it is told to."""
    lines = [f"printf '{content.decode()}' > \"$target/{name}\"" for name, content in files]
    last = 'for target; do :; done; target="${target#-DoutputDirectory=}"'
    put_program(directory, "mvn", "\n".join([last, *lines]))


def test_what_maven_brings_is_kept_when_it_is_what_the_lock_names(
    wanted: Jars, programs: Path
) -> None:
    maven_brings(programs, ("kafka_2.13-4.9.9.jar", GOOD))

    kafka_jars.fetch(wanted)

    assert wanted.are_there
    assert [file.name for file in wanted.place.parent.iterdir()] == ["apache-kafka-4.9.9"]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([("kafka_2.13-4.9.9.jar", b"another")], id="another content"),
        pytest.param([("kafka_2.13-4.9.9.jar", GOOD), ("extra.jar", b"x")], id="one file more"),
        pytest.param([], id="nothing"),
    ],
)
def test_anything_else_is_refused_and_not_kept(
    files: list[tuple[str, bytes]], wanted: Jars, programs: Path
) -> None:
    maven_brings(programs, *files)

    with pytest.raises(KafkaUnavailable, match=r"jars\.sha256"):
        kafka_jars.fetch(wanted)

    assert list(wanted.place.parent.iterdir()) == []


def test_what_somebody_removed_is_fetched_again(wanted: Jars, programs: Path) -> None:
    maven_brings(programs, ("kafka_2.13-4.9.9.jar", GOOD))
    wanted.place.mkdir(parents=True)

    kafka_jars.fetch(wanted)

    assert wanted.are_there


def test_the_words_of_a_maven_that_fails_are_passed_on(wanted: Jars, programs: Path) -> None:
    put_program(programs, "mvn", "echo '[ERROR] Could not resolve dependencies'; exit 1")

    with pytest.raises(KafkaUnavailable, match="Could not resolve dependencies"):
        kafka_jars.fetch(wanted)


@pytest.mark.parametrize(
    ("answer", "is_taken"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('openjdk version "25" 2025-09-16', True),
        ('openjdk version "11.0.22" 2024-01-16', False),
        ('java version "1.8.0_392"', False),
        ("no such thing", False),
    ],
)
def test_java_is_17_or_later(answer: str, is_taken: bool, programs: Path) -> None:  # noqa: FBT001
    put_program(programs, "java", f"echo '{answer}' >&2")

    if is_taken:
        assert kafka_jars.java() == programs / "java"
    else:
        with pytest.raises(KafkaUnavailable, match="Java 17"):
            kafka_jars.java()


@pytest.mark.parametrize("missing", ["Java", "Maven"])
def test_a_machine_without_a_program_is_told_which(
    missing: str, programs: Path, wanted: Jars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs))
    if missing == "Java":
        (programs / "java").unlink()

    with pytest.raises(KafkaUnavailable, match=f"there is no {missing}"):
        kafka_jars.fetch(wanted)


def test_the_lock_names_the_version_of_the_pom() -> None:
    wushe = Path(kafka_jars.__file__).parents[1]
    pom = (wushe / "kafka_pom.xml").read_text()

    assert f"<kafka.version>{kafka_jars.jars().version}</kafka.version>" in pom


def test_apache_kafka_that_is_not_set_up_is_missed_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: Path
) -> None:
    assert (programs / "java").exists()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))

    refused = subprocess.run(  # noqa: S603
        (sys.executable, "-m", "wushe", "up", "--kafka=apache", "--state", str(tmp_path / "s")),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert refused.returncode == 1
    assert "run `make setup-kafka`" in refused.stderr
    assert not Stack(Options(state=tmp_path / "s")).state.postgres.exists()


def test_the_doctor_tells_whoever_wants_it_what_is_missing_and_calls_nothing_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: Path
) -> None:
    assert (programs / "java").exists()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))

    found = next(it for it in examine(StateDir(tmp_path / "s")) if it.subject == "apache kafka")

    assert found.is_well
    assert "make setup-kafka" in found.what


@pytest.mark.parametrize("word", ["apach", "", "localhost", "h:x", "h:1;h:2"])
def test_a_broker_is_one_of_ours_or_an_address(word: str) -> None:
    with pytest.raises(BrokerUnknown, match="embedded, apache or HOST:PORT"):
        Options(kafka=word)
