"""Runs the steps on the connection that the frame has made."""

from common.persistence.migrations import run

run()
