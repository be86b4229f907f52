from pathlib import Path

import pytest

from wushe.plan import Options, ScaleUnreadable, UnknownParts, members, parse_scale, upstreams


def test_a_service_is_one_process_by_default() -> None:
    assert [m.part for m in members(Options())] == ["registry", "cases", "matching", "reporting"]


def test_a_split_service_is_three_processes() -> None:
    parts = [member.part for member in members(Options(split=True))]

    assert [part for part in parts if part.startswith("cases")] == [
        "cases.serve",
        "cases.consume",
        "cases.relay",
    ]


def test_a_scaled_part_is_numbered_from_the_second_on() -> None:
    options = Options(split=True, scale={"cases.consume": 3})

    parts = [member.part for member in members(options) if ".consume" in member.part]

    assert parts[1:4] == ["cases.consume", "cases.consume.2", "cases.consume.3"]


def test_what_is_not_a_part_cannot_be_scaled() -> None:
    with pytest.raises(UnknownParts) as refusal:
        members(Options(scale={"cases.consume": 2}))

    assert refusal.value.parts == ["cases.consume"]


@pytest.mark.parametrize("text", ["cases", "cases=", "cases=0", "cases=-1", "cases=two"])
def test_an_unreadable_scale_is_refused(text: str) -> None:
    with pytest.raises(ScaleUnreadable):
        parse_scale([text])


def test_the_gateway_finds_every_process_that_serves_and_no_other() -> None:
    planned = members(Options(split=True, scale={"cases.serve": 2}))
    ports = {name: number for number, name in enumerate(n for m in planned for n in m.port_names)}

    found = upstreams(member.at(ports) for member in planned)

    assert found["cases"] == [ports["cases.serve.http"], ports["cases.serve.2.http"]]
    assert [len(found[name]) for name in ("registry", "matching", "reporting")] == [1, 1, 1]


def test_options_survive_the_command_line() -> None:
    options = Options(
        state=Path("x"), split=True, scale={"cases.serve": 2}, kafka="h:1", detours={"broker": 7}
    )

    assert options.arguments() == [
        "--state=x",
        "--kafka=h:1",
        "--requests-per-second=5000",
        "--log-level=INFO",
        "--scale=cases.serve=2",
        "--detour=broker=7",
        "--split",
    ]
