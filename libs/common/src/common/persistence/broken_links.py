"""What becomes of connections whose other end is gone, or silent.

- One that is known to be closed is not handed out: it is replaced together with all older ones, so
  a restart of the database is felt by what was in the middle of something, and by nobody after.
- One on which a statement timed out is ended: what it would say next belongs to that statement.
- One that serves a request is ended when the request's time is over. Its statement then fails like
  that of any connection that breaks. What was cut off in the middle of a commit may have happened;
  the caller's Idempotency-Key finds out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError

from common.deadlines import current_deadline

if TYPE_CHECKING:
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.ext.asyncio import AsyncEngine

_TIMER: Final = "deadline"

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


def mind_broken_links(engine: AsyncEngine) -> None:
    """Have the connections of an engine treated so."""
    event.listen(engine.sync_engine, "checkout", _hand_out)
    event.listen(engine.sync_engine, "checkin", _take_back)
    event.listen(engine.sync_engine, "handle_error", _judge)


def _hand_out(dbapi_connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401
    driver = dbapi_connection.driver_connection
    if driver.is_closed():
        raise InvalidatePoolError
    deadline = current_deadline()
    if deadline is None:
        return

    def cut() -> None:
        log.warning("connection_cut", reason="the request's time is over")
        driver.terminate()

    record.record_info[_TIMER] = deadline.at_its_end(cut)


def _take_back(_dbapi_connection: object, record: Any) -> None:  # noqa: ANN401
    timer = record.record_info.pop(_TIMER, None)
    if timer is not None:
        timer.cancel()


def _judge(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True
