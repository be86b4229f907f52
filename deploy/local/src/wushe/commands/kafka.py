"""``wushe setup-kafka``: fetch Apache Kafka."""

from typing import Annotated

import typer
from rich.console import Console

from wushe.components import kafka_jars
from wushe.components.kafka_jars import KafkaUnavailable
from wushe.progress import shown_progress


def setup_kafka(
    *,
    where_possible: Annotated[
        bool, typer.Option("--where-possible", help="Where it is not, say why and succeed.")
    ] = False,
) -> None:
    """Fetch Apache Kafka by Maven, for ``wushe up --kafka=apache``; needs Java 17."""
    wanted = kafka_jars.jars()
    try:
        if wanted.are_there:
            kafka_jars.java()
        else:
            _fetch()
    except KafkaUnavailable as error:
        typer.echo(f"wushe: {error}", err=True)
        if not where_possible:
            raise typer.Exit(1) from error
        typer.echo("going on without Apache Kafka; its tests are skipped", err=True)
    else:
        typer.echo(f"Apache Kafka {wanted.version} is in {wanted.place}")


def _fetch() -> None:
    wanted = kafka_jars.jars()
    with shown_progress(Console()) as progress:
        step = f"Apache Kafka {wanted.version} fetched"
        progress.note(f"Maven fetches Apache Kafka {wanted.version} (44 MB) ...")
        progress.begin(step)
        kafka_jars.fetch(wanted)
        progress.done(step)
