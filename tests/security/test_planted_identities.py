"""S18: what identifies people is nowhere but where it is asked for with a purpose.

Unmistakable strings go into every personal field through the API of a registry in a process of its
own, rightly and wrongly. Then they are looked for, as they are and as others would write them, in
every row of every database, the log of events, the processes' output and metrics, and the answers.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest_asyncio
from sqlalchemy import text

from common.area_lists import replace_areas
from common.persistence.engine import create_engine
from common.persistence.unit_of_work import UnitOfWork
from common.vocabulary import AreaScheme
from registry.domain.contact import PersonalField
from support.pair import Pair, running_pair
from testing.api import small_tree
from testing.kafka import KafkaForTests, whole_log
from testing.postgres import superuser_url
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

    import pytest
    from pydantic import SecretStr

PARTIES: Final = "/registry/v1/parties"
PLANTED: Final[Mapping[PersonalField, str]] = {
    PersonalField.NAME: "阚槿嫿·戊戌",
    PersonalField.PHONE: "19987650143",
    PersonalField.ID_NUMBER: "11010519491231002X",
    PersonalField.ADDRESS: "先进街道琉璃胡同七百一十九号",
    PersonalField.EMAIL: "kan.jinhua@canary.example",
    PersonalField.CERTIFICATE_NUMBER: "LN20240719CANARY",
    PersonalField.NOTE: "每逢周三需要接听障碍母亲去琥珀诊所",
}
STRANGE: Final = "匿名者姬鹮"
"""Sent where nothing personal belongs."""


@dataclass
class Aftermath:
    """Everything that can be looked through afterwards, by where it was found."""

    places: dict[str, bytes] = field(default_factory=dict)
    told: list[Any] = field(default_factory=list)

    def hits(self) -> list[str]:
        """Name each planted string and the place where it is seen, in whatever spelling."""
        return [
            f"{name} as {way} in {place}"
            for name, value in {**PLANTED, "strange": STRANGE}.items()
            for way, needle in spellings(value)
            for place, content in self.places.items()
            if needle in content
        ]


def spellings(value: str) -> Iterator[tuple[str, bytes]]:
    raw = value.encode()
    yield "text", raw
    yield "hexadecimal", raw.hex().encode()
    yield "JSON", json.dumps(value)[1:-1].encode()
    yield "part of a URL", quote(value).encode()
    yield "base64", base64.b64encode(raw).rstrip(b"=")[:-1]


async def dump(url: SecretStr) -> bytes:
    """Return every row of every table of a database as text, as somebody nothing holds back."""
    engine = create_engine(superuser_url(url), pool=1, application_name="dump")
    lines: list[str] = []
    async with engine.connect() as connection:
        tables = (await connection.execute(text(_TABLES))).scalars().all()
        for table in tables:
            rows = await connection.execute(text(f"select t::text from {table} as t"))  # noqa: S608
            lines += [f"{table} {row}" for row in rows.scalars()]
    await engine.dispose()
    assert "alembic_version" in tables
    return "\n".join(lines).encode()


def plant(client: httpx.Client, aftermath: Aftermath) -> str:
    """Keep a person, ask for them in every way, and get wrong what can be; return the contact."""
    answers: list[httpx.Response] = []

    def send(method: str, path: str, body: object = None, **more: Any) -> httpx.Response:  # noqa: ANN401
        headers = {"idempotency-key": str(uuid4()), **more.pop("headers", {})}
        answer = client.request(method, path, json=body, headers=headers, **more)
        answers.append(answer)
        return answer

    person = {
        "society": "volunteer",
        "public_name": "V2102-0719",
        "is_person": True,
        "scheme": "nbs",
        "area": "210213009",
    }
    known = {name.value: value for name, value in PLANTED.items()}
    party = send("POST", PARTIES, person).headers["location"]
    contact: str = send("POST", f"{party}/contacts", {"role": "own_self", **known}).headers[
        "location"
    ]
    assert send("PUT", contact, known).is_success
    for sought in ("name", "phone", "id_number", "certificate_number"):
        body = {"purpose": "vetting", sought: known[sought]}
        assert len(send("POST", "/registry/v1/contacts/search", body).json()["items"]) == 1
    # Refused: twice the same person, bad values, unknown fields, names where none belong.
    send("POST", f"{party}/contacts", {"role": "own_self", **known})
    send("PUT", contact, {**known, "phone": known["address"]})
    send("PUT", contact, {**known, "id_number": known["name"]})
    send("PUT", contact, {**known, "email": known["note"]})
    send("PUT", contact, {**known, "name": known["name"] * 20})
    send("PUT", contact, {**known, STRANGE: known["name"]})
    send("PUT", contact, [known])
    send("PUT", contact, known, headers={"if-match": known["email"]})
    send("POST", PARTIES, {**person, "public_name": STRANGE})
    send("POST", f"{contact}/reading", {"purpose": STRANGE})
    send("GET", f"{party}/contacts", params={"phone": known["phone"]})
    send("GET", f"{PARTIES}/{quote(STRANGE)}")
    refused = answers[-12:]
    assert [answer.status_code for answer in refused if answer.is_success] == []
    aftermath.places["answers"] = b"\n".join(answer.content for answer in answers)
    told = client.post(f"{contact}/reading", json={"purpose": "vetting"})
    aftermath.told.append(told.json()["identity"])
    return contact


async def look_around(pair: Pair, aftermath: Aftermath) -> None:
    for url in pair.databases:
        place = f"database {url.get_secret_value().rpartition('/')[2]}"
        aftermath.places[place] = await dump(url)
    settings = KafkaForTests(kafka_bootstrap=pair.broker, kafka_idempotence=False)
    records = await whole_log(settings, "registry.party", at_least=1)
    aftermath.places["log of events"] = b"\n".join(
        b" ".join((record.key or b"", record.value or b"", *record.headers.values()))
        for record in records
    )
    async with httpx.AsyncClient(trust_env=False) as client:
        for ops in pair.ops:
            metrics = await client.get(f"http://127.0.0.1:{ops}/metrics")
            aftermath.places[f"metrics of {ops}"] = metrics.content


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def aftermath(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Aftermath]:
    found = Aftermath()
    async with running_pair(tmp_path_factory.mktemp("planted"), {}) as pair:
        await put_areas(pair.databases[0])
        with pair.client() as client:
            plant(client, found)
        await until(lambda: has_come(pair.databases[1]), what="the party in reporting", seconds=60)
        await look_around(pair, found)
    # After their orderly end, so that nothing is written later.
    found.places["output of the processes"] = "\n".join(pair.log_lines()).encode()
    yield found


async def put_areas(registry: SecretStr) -> None:
    engine = create_engine(registry, pool=1, application_name="areas")
    async with UnitOfWork(engine).transaction() as session:
        await replace_areas(session, AreaScheme.NBS.value, uuid4(), small_tree())
    await engine.dispose()


async def has_come(reporting: SecretStr) -> bool:
    engine = create_engine(superuser_url(reporting), pool=1, application_name="look")
    async with engine.connect() as connection:
        heard = text("select exists (select from inbox)")
        has = bool((await connection.execute(heard)).scalar_one())
    await engine.dispose()
    return has


def test_s18_nothing_that_identifies_a_person_is_anywhere(aftermath: Aftermath) -> None:
    assert aftermath.hits() == []


def test_s18_what_was_kept_is_told_to_who_asks_for_it(aftermath: Aftermath) -> None:
    assert aftermath.told == [{name.value: value for name, value in PLANTED.items()}]


def test_s18_every_place_was_looked_through(aftermath: Aftermath) -> None:
    sizes = {place: len(content) for place, content in aftermath.places.items()}

    assert min(sizes.values()) > 100
    assert len(sizes) == 8
    assert b"V2102-0719" in aftermath.places["log of events"]
    assert sum(b"identity_reading (" in content for content in aftermath.places.values()) == 1


def test_s18_a_leak_would_be_noticed_in_every_spelling() -> None:
    for value in PLANTED.values():
        for _, needle in spellings(value):
            assert Aftermath(places={"leak": b"..." + needle + b"..."}).hits() != []


_TABLES: Final = """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname
"""
