from __future__ import annotations

from datetime import timedelta

from common.contracts import promised_events
from common.messaging.topics import known_topics, topic_named, topics_of


def test_every_published_event_has_a_listed_topic() -> None:
    ours = {
        event.topic() for event in promised_events().values() if "contracts" in event.__module__
    }

    assert ours <= known_topics().keys()


def test_the_topics_keyed_by_pool_have_equal_partition_counts() -> None:
    names = ["cases.need", "matching.offer", "matching.match", "matching.pool"]

    assert len({topic_named(name).partitions for name in names}) == 1


def test_a_topic_knows_who_must_have_read_it() -> None:
    assert topic_named("cases.need").groups == {"matching", "reporting"}


def test_who_only_looks_up_because_of_an_event_is_among_those_who_read_it() -> None:
    assert topic_named("matching.match").signals == {"matching"}
    assert all(topic.signals <= topic.groups for topic in known_topics().values())


def test_a_topic_that_is_not_listed_has_the_defaults() -> None:
    topic = topic_named("elsewhere.thing")

    assert not topic.groups
    assert (topic.retention, topic.service) == (timedelta(days=14), "elsewhere")


def test_a_service_writes_to_its_own_topics() -> None:
    assert topics_of("cases") == {"cases.meeting", "cases.need", "cases.service_record"}
