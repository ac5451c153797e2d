"""Lines of the log, whole."""

import io
import json
import logging
from typing import Any

import pytest

from node.observing.logs import Level, LogFormat, library_logs, open_log
from tests.node.cli.hostile import PAYLOADS, assert_inert

NOON_MS = 1_767_268_800_123


def opened(level: Level = "info", format_: LogFormat = "json") -> tuple[Any, io.StringIO]:
    stream = io.StringIO()
    log = open_log(stream, level=level, format_=format_, institution="Example", wall_ms=lambda: NOON_MS)
    return log, stream


def test_a_json_line_holds_the_event_and_its_fields_in_order() -> None:
    log, stream = opened()
    log.bind(height=7, view=9).info("block final", peer="12D3KooW", hash=b"\x01\xff")
    assert stream.getvalue() == (
        '{"time": "2026-01-01T12:00:00.123Z", "level": "info", "event": "block final", '
        '"institution": "Example", "height": 7, "view": 9, "peer": "12D3KooW", "hash": "01ff"}\n'
    )


def test_a_console_line_is_for_people() -> None:
    log, stream = opened(format_="console")
    log.warning("link down", peer="12D3KooW")
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert all(part in line for part in ("link down", "institution=Example", "peer=12D3KooW", "warning"))


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_a_level_hides_what_is_below_it(level: Level, written: list[str]) -> None:
    log, stream = opened(level)
    for name in ("debug", "info", "warning", "error"):
        getattr(log, name)(name)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == written


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_peers_text_cannot_forge_a_line(format_: LogFormat) -> None:
    log, stream = opened(format_=format_)
    log.info("refused", detail='x\n{"event": "block final"}\r\n')
    assert len(stream.getvalue().splitlines()) == 1


def test_an_exception_is_a_field() -> None:
    log, stream = opened()
    try:
        raise ValueError("broken")
    except ValueError:
        log.error("stopped", exc_info=True)
    line = json.loads(stream.getvalue())
    assert line["event"] == "stopped"
    assert line["exception"].endswith("ValueError: broken")


def test_libraries_speak_through_the_same_lines() -> None:
    log, stream = opened()
    with library_logs(log):
        logging.getLogger("aiohttp.server").info("dialled")
        logging.getLogger("aiohttp.server").warning("cannot dial %s", "x")
        logging.getLogger("aiohttp.server").error("gone")
    logging.getLogger("aiohttp.server").error("after the node has ended")
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {
            "time": "2026-01-01T12:00:00.123Z",
            "level": level,
            "event": "library",
            "institution": "Example",
            "library": "aiohttp.server",
            "text": text,
        }
        for level, text in (("warning", "cannot dial x"), ("error", "gone"))
    ]


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_traceback_shows_no_values(format_: LogFormat) -> None:
    """A local variable may be what a client asked for."""
    log, stream = opened(format_=format_)
    asked_for = "did:web:" + "secret"
    with library_logs(log):
        try:
            raise ValueError(len(asked_for))
        except ValueError as error:
            logging.getLogger("api.web.protocol").error("a request handler failed", exc_info=error)
    assert "a request handler failed" in stream.getvalue()
    assert "ValueError: 14" in stream.getvalue()
    assert "did:web:secret" not in stream.getvalue()


def test_there_is_no_access_log() -> None:
    log, stream = opened("debug")
    with library_logs(log):
        logging.getLogger("aiohttp.access").error("GET /v1/status/list/3")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("format_", ["json", "console"])
@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_foreign_text_is_inert_in_every_part_of_a_line(text: str, format_: LogFormat) -> None:
    log, stream = opened(format_=format_)
    log.bind(member=text).info("link up", peer=[text], reason=text)
    with library_logs(log):
        logging.getLogger("aiohttp.server").warning("%s", text)
        try:
            raise ValueError(text)
        except ValueError as error:
            logging.getLogger("aiohttp.server").error(text, exc_info=error)
    shown = stream.getvalue()
    assert_inert(shown)
    events = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert len(events) == 3
    if format_ == "json":
        first, second, third = map(json.loads, events)
        assert (first["member"], first["peer"], first["reason"]) == (text, [text], text)
        assert (second["text"], third["text"]) == (text, text)
