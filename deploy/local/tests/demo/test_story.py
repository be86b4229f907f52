"""What the story sends: whole, consistent, and repeatable."""

from datetime import date
from uuid import UUID

from wushe.demo.cast import TEAM, Part, Vetting
from wushe.demo.crowd import Township
from wushe.demo.ground import DISTANT_PLACES, DISTRICT
from wushe.demo.story import LINES, Story, tell

RUN = UUID("0192d3c4-5b6a-7890-8abc-def012345678")
TODAY = date(2026, 11, 22)
TOWNSHIPS = [
    Township(f"{DISTRICT}009", "先进街道"),
    *(Township(f"{county}001", "远街道") for county, _ in DISTANT_PLACES),
]


def a_story(run: UUID = RUN) -> Story:
    return tell(TOWNSHIPS, run=run, today=TODAY)


def test_five_are_chosen_one_declines_and_one_said_no() -> None:
    story = a_story()

    assert len(story.with_part(Part.CHOSEN)) == 5
    assert len(story.with_part(Part.DECLINES)) == 1
    assert len(story.with_part(Part.SAYS_NO_BY_PHONE)) == 1
    assert len(story.with_part(Part.BYSTANDER)) == 50


def test_the_five_chosen_are_of_the_five_societies() -> None:
    societies = {offer.party.society for offer in a_story().with_part(Part.CHOSEN)}

    assert len(societies) == 5


def test_two_runs_share_no_id_but_those_of_stations() -> None:
    one, other = a_story(), a_story(UUID(int=7))

    assert one.need_id != other.need_id
    assert not {p["id"] for p in one.parties()} & {p["id"] for p in other.parties()}
    assert one.stations() == other.stations()


def test_the_need_has_four_lines_with_ids_of_their_own() -> None:
    need = a_story().need()
    lines = need["lines"]

    assert isinstance(lines, list)
    assert len({line["id"] for line in lines}) == len(LINES) == 4
    assert need["place"] is not None


def test_a_lapsed_vetting_ended_before_today_and_a_valid_one_did_not() -> None:
    story = a_story()

    lapsed, valid = story.vetting_of(story.non_match()), story.vetting_of(TEAM)

    assert story.non_match().party.vetting is Vetting.LAPSED
    assert lapsed is not None
    assert valid is not None
    assert str(lapsed["valid_until"]) < TODAY.isoformat() < str(valid["valid_until"])


def test_persons_are_known_by_a_number_only() -> None:
    for party in a_story().parties():
        assert not party["is_person"] or str(party["public_name"]).isascii()
