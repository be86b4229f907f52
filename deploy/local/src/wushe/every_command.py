"""The ``wushe`` command, all of it."""

import logging

import typer

from wushe import dead_letters
from wushe.commands import imports
from wushe.commands.imports import seed
from wushe.commands.inspect import doctor, status
from wushe.commands.kafka import setup_kafka
from wushe.commands.lifecycle import down, up
from wushe.commands.token import token
from wushe.demo.command import demo
from wushe.events import command as events
from wushe.solving.command import solve

app = typer.Typer(
    help="Wushe 五社 on one machine.", no_args_is_help=True, pretty_exceptions_enable=False
)
for command in (up, down, status, doctor, token, seed, demo, setup_kafka, solve):
    app.command()(command)
app.add_typer(dead_letters.app)
app.add_typer(events.app)
app.add_typer(imports.app)


def run() -> None:
    """Run the command line."""
    # What the driver has to say about a broker that is away, the commands say in their own words.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    app()
