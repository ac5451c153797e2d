"""The node's log: one event a line, for machines as JSON, for people as columns.

Rules:
1. An event is a short constant text; everything that varies is a field. `institution` is bound from the
   start, `height`, `view`, `epoch` and `peer` by those who know them.
2. Reads of the API are not logged, least of all status reads: which credential is being checked, and by whom,
   is nobody's business. The HTTP library's access log is off. Only a client that is turned away is named.
3. What a peer sent is never an event's text, only a field's value, where it is inert (`api.inert`): it forges
   no line and acts on no terminal. The lines of a traceback are indented below their event.
4. Libraries' own logs pass through the same lines, from WARNING upwards.
"""

import io
import json
import logging
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal, Protocol, TextIO, cast

import structlog
from structlog.typing import FilteringBoundLogger, Processor

from api.inert import escape_json, inert

Level = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["json", "console"]
LogEvent = MutableMapping[str, Any]

LEVELS: dict[Level, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

SILENT_LIBRARIES = ("aiohttp.access",)
"""Loggers that would write down who asked for what (rule 2)."""


class Lines(Protocol):
    """Takes lines of text: a text stream, or `node.observing.log_output`."""

    def write(self, text: str, /) -> object:
        """Take whole lines."""

    def flush(self) -> object:
        """Pass on what was taken."""


def open_log(
    stream: Lines, *, level: Level, format_: LogFormat, institution: str, wall_ms: Callable[[], int]
) -> FilteringBoundLogger:
    """A log that writes to `stream`, dated by the wall clock in milliseconds since 1970."""
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        _dated(wall_ms),
        structlog.processors.format_exc_info,
        _readable_bytes,
        *([_json_line] if format_ == "json" else [_inert_fields, _columns()]),
    ]
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(cast(TextIO, stream)),  # it calls nothing else
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        institution=institution,
    )
    return log


def lines_lost(log_to: Callable[[Lines], FilteringBoundLogger], count: int) -> str:
    """The line of a log that says how many lines before it were lost."""
    line = io.StringIO()
    log_to(line).warning("log lines were lost", lost=count)
    return line.getvalue()


@contextmanager
def library_logs(log: FilteringBoundLogger) -> Iterator[None]:
    """Lets libraries that use the standard `logging` speak through this log. Afterwards all is as it was: a
    handler left behind would write to a stream that is closed.
    """
    root = logging.getLogger()
    silenced = [logging.getLogger(name) for name in SILENT_LIBRARIES]
    handlers, level, disabled = root.handlers, root.level, [logger.disabled for logger in silenced]
    root.handlers = [_LibraryLines(log)]
    root.setLevel(logging.WARNING)
    for logger in silenced:
        logger.disabled = True
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        for logger, was_disabled in zip(silenced, disabled, strict=True):
            logger.disabled = was_disabled


class _LibraryLines(logging.Handler):
    """Passes each record on as an event "library" with the library's name and text as fields (rule 3)."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        write = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        write("library", library=record.name, text=record.getMessage(), exc_info=record.exc_info or None)


def _dated(wall_ms: Callable[[], int]) -> Processor:
    def date(_: Any, __: str, event: LogEvent) -> LogEvent:
        time = datetime.fromtimestamp(wall_ms() / 1000, UTC)
        event["time"] = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return event

    return date


def _readable_bytes(_: Any, __: str, event: LogEvent) -> LogEvent:
    """Hashes and keys as hexadecimal digits."""
    for name, value in event.items():
        if isinstance(value, bytes):
            event[name] = value.hex()
    return event


def _json_line(_: Any, __: str, event: LogEvent) -> str:
    """Time, level and event first, then the fields in the order in which they were bound."""
    first = {name: event.pop(name) for name in ("time", "level", "event")}
    return escape_json(json.dumps({**first, **event}, default=str))


def _columns() -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=False, sort_keys=False, exception_formatter=structlog.dev.plain_traceback
    )


def _inert_fields(_: Any, __: str, event: LogEvent) -> LogEvent:
    """Names and texts inert, for people; a traceback line by line."""
    inert_event = {inert(name): _inert_field(field) for name, field in event.items()}
    if isinstance(event.get("exception"), str):
        lines = event["exception"].split("\n")
        inert_event["exception"] = "\n".join(f"    {inert(line)}" for line in lines)
    return inert_event


def _inert_field(field: Any) -> Any:
    return field if isinstance(field, int | float | None) else inert(str(field))
