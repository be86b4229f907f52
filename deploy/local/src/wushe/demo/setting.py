"""Before the curtain: areas, stations, parties and offers, without which nothing can happen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from wushe.demo.cast import PEOPLE_WITH_A_PART, Part
from wushe.demo.crowd import Township
from wushe.demo.desk import Json, UnexpectedAnswer, until
from wushe.demo.ground import CITY, DISTRICT, STREET
from wushe.demo.story import PUBLIC_TITLE, SCHEME, STATIONS, Story
from wushe.demo.transcript import Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushe.demo.company import Company
    from wushe.demo.desk import Desk
    from wushe.demo.scenes import Scenes

_BATCH: Final = 500
_NOT_YET: Final = frozenset({"areas-not-ready", "party-not-known", "unknown-area"})
_THERE_ALREADY: Final = frozenset({"area-already-served"})
_SUSPENSION_REASON: Final = "licence_lapsed"


def read_townships(desk: Desk, scenes: Scenes) -> tuple[tuple[Township, ...], int]:
    """Return the formal townships of Dalian, and how many rows the list has in all."""
    with scenes.step("areas", desk.person, en="The list of areas is read", zh="读取区划名录"):
        rows = list(desk.pages("/registry/v1/areas", scheme=SCHEME, within=CITY, level="township"))
        formal = tuple(Township(row["code"], row["name"]) for row in rows if row["is_formal"])
        scenes.say(
            en=f"{len(rows)} townships in Dalian, {len(formal)} of them formal.",
            zh=f"大连市 {len(rows)} 个乡级单位，其中正式乡镇（街道）{len(formal)} 个。",
        )
        scenes.expect(
            "townships",
            "The coverage base is the formal townships of the list.",
            expected=STATIONS,
            found=len(formal),
        )
    return formal, len(rows)


def set_scene(company: Company, story: Story, scenes: Scenes, *, listed: int) -> Setting:
    """Open the stations, register the parties, publish the offers."""
    _clear_stage(company.administrator)
    stations = _open_stations(company.administrator, story, scenes)
    _register_parties(company.administrator, story, scenes)
    _admit_people(company, story, scenes)
    _publish_offers(company, story, scenes)
    bystanders = Counter(offer.fails for offer in story.with_part(Part.BYSTANDER) if offer.fails)
    return Setting(
        townships_listed=listed,
        townships_formal=len(story.townships),
        stations_open=stations,
        parties=len(story.offers),
        offers=len(story.offers),
        bystanders=dict(sorted(bystanders.items())),
    )


def _clear_stage(desk: Desk) -> None:
    """Withdraw what an earlier performance left on this stack, or it would have a part again."""
    for need in desk.pages("/cases/v1/needs", scheme=SCHEME, within=STREET, state="open"):
        if need["title"] == PUBLIC_TITLE:
            desk.post(f"/cases/v1/needs/{need['id']}/withdrawal")
    titles = {offer.title for offer in PEOPLE_WITH_A_PART}
    for offer in desk.pages("/matching/v1/offers", scheme=SCHEME, within=DISTRICT, state="open"):
        if offer["title"] in titles:
            desk.post(f"/matching/v1/offers/{offer['id']}/withdrawal")


def _open_stations(desk: Desk, story: Story, scenes: Scenes) -> int:
    with scenes.step(
        "stations", desk.person, en="Every township gets its station", zh="乡镇（街道）社工站全覆盖"
    ):
        _batch(desk, "/registry/v1/stations", "stations", story.stations())
        # A stack that was used before may have stations of its own, which serve as well.
        opened = sum(
            1
            for _ in desk.pages(
                "/registry/v1/stations", scheme=SCHEME, within=CITY, tier="station", status="open"
            )
        )
        scenes.say(en=f"{opened} stations are open.", zh=f"{opened} 个社工站已启用。")
        scenes.expect(
            "stations",
            "Every formal township has an open station.",
            expected=STATIONS,
            found=opened,
        )
    return opened


def _register_parties(desk: Desk, story: Story, scenes: Scenes) -> None:
    with scenes.step(
        "parties",
        desk.person,
        en="The five societies register",
        zh="五社主体登记、审查",
    ):
        _batch(desk, "/registry/v1/parties", "parties", story.parties())
        vetted = [(offer, story.vetting_of(offer)) for offer in story.offers]
        for offer, vetting in vetted:
            if vetting is not None:
                desk.post(f"/registry/v1/parties/{story.party_id(offer)}/vetting", vetting)
        suspended = [offer for offer in story.offers if offer.party.is_suspended]
        for offer in suspended:
            desk.post(
                f"/registry/v1/parties/{story.party_id(offer)}/suspension",
                {"suspended_on": story.today.isoformat(), "reason": _SUSPENSION_REASON},
            )
        checked = sum(1 for _, vetting in vetted if vetting is not None)
        scenes.say(
            en=f"{len(story.offers)} parties; {checked} were vetted, some of them too long ago; "
            f"{len(suspended)} are suspended.",
            zh=f"登记 {len(story.offers)} 个主体；其中 {checked} 个做过审查（部分已过期），"
            f"{len(suspended)} 个被暂停。",
        )


def _admit_people(company: Company, story: Story, scenes: Scenes) -> None:
    providers = [offer for offer in story.offers if offer.part is not Part.BYSTANDER]
    with scenes.step(
        "accounts",
        company.administrator.person,
        en="Everybody gets an account and a role",
        zh="开通账户、授予角色",
    ):
        count = company.admit(providers)
        scenes.say(
            en=f"{count} people; every service knows what each of them may do.",
            zh=f"{count} 个账户；各服务均已获知其权限。",
        )


def _publish_offers(company: Company, story: Story, scenes: Scenes) -> None:
    crowd = story.with_part(Part.BYSTANDER)
    own = [offer for offer in story.offers if offer.part is not Part.BYSTANDER]
    administrator = company.administrator
    with scenes.step("offers", administrator.person, en="Offers are published", zh="发布资源供给"):
        _batch(
            administrator,
            "/matching/v1/offers",
            "offers",
            [story.offer_document(offer) for offer in crowd],
        )
        for offer in own:
            _publish(company.provider(offer), story.offer_document(offer))
        scenes.say(
            en=f"{len(own)} by those who will be asked, with tokens of their own; "
            f"{len(crowd)} by others in Dalian, none of which may be chosen.",
            zh=f"故事中的 {len(own)} 方各自发布；大连其他 {len(crowd)} 条供给均不应被选中。",
        )


def _publish(provider: Desk, document: Json) -> None:
    until(
        lambda: provider.post("/matching/v1/offers", document),
        bool,
        awaited=f"matching's knowledge of {provider.person.title}",
        bear=_NOT_YET,
    )


def _batch(desk: Desk, path: str, name: str, items: Sequence[Json]) -> None:
    """Create things under ids of our own; what is not possible yet is tried again."""
    left = list(items)

    def create() -> Json:
        answer = desk.post(f"{path}/batch", {name: left[:_BATCH]})
        refused = [item for item in answer["items"] if item.get("problem")]
        for item in refused:
            if _code(item["problem"]) not in _NOT_YET | _THERE_ALREADY:
                raise _unexpected(path, item)
        waiting = {item["index"] for item in refused if _code(item["problem"]) in _NOT_YET}
        left[:] = [item for index, item in enumerate(left) if index in waiting]
        return {"left": len(left)}

    until(create, lambda seen: seen["left"] == 0, awaited=f"all {name}")


def _unexpected(path: str, item: Json) -> UnexpectedAnswer:
    return UnexpectedAnswer("POST", f"{path}/batch", item["status"], str(item["problem"]))


def _code(problem: Json) -> str:
    return str(problem["type"]).rpartition("/")[2]
