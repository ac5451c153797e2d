"""Answers in which only freshness is missing: shown as indeterminate, with what was proved and as of when."""

from collections.abc import Callable
from typing import Any

import pytest

from node.process import clock
from node.wording.times import format_time
from registry.kinds.status_list.record import StatusPurpose, status_list_id
from tests.node.cli.conftest import Registrar
from tests.registry.network import UNIVERSITY

LIST = status_list_id(UNIVERSITY, "degrees")
LATER_MS = 300_000
SHOWING = {
    "get": ("get", "did", UNIVERSITY, "--verify"),
    "did show": ("did", "show", UNIVERSITY),
    "status show": ("status", "show", LIST),
    "schema show": ("schema", "show", f"{UNIVERSITY}/schemas/none"),
    "did show of none": ("did", "show", "did:web:nobody.example"),
}
STRICT = {
    "list": ("status", "list", UNIVERSITY),
    "a write": ("status", "set", "degrees", "7", "--yes"),
}


@pytest.fixture
def reading_at(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Registrar]:
    """The registrar, with a status list and a clock so many milliseconds after the ledger's last block."""
    ledger = registrar.ledger
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)
    ledger.commit(ledger.sign(builder))

    def reading(after_ms: int) -> Registrar:
        now_ms = ledger.now_ms + after_ms
        monkeypatch.setattr(clock, "now_ms", lambda: now_ms)
        return registrar

    return reading


@pytest.mark.parametrize("command", SHOWING.values(), ids=SHOWING.keys())
async def test_what_is_too_old_is_shown_with_its_age(
    reading_at: Callable[[int], Registrar], command: tuple[str, ...]
) -> None:
    registrar = reading_at(LATER_MS)
    header = registrar.ledger.view().header
    ran = await registrar.run(*command, *registrar.asking)
    assert (ran.code, ran.err) == (1, "")
    told = " ".join(ran.out.split())
    assert "the answer's block is older than the greatest age asked for" in told
    assert "indeterminate" in told.lower()
    assert f"block {header.height} of {format_time(header.time_ms)} is 5 minutes old" in told
    assert "--max-age 420 accepts it" in told
    assert "doctor" not in told  # the reader may have no node
    shown: Any = (await registrar.run(*command, *registrar.asking, "--json")).json
    assert (shown["outcome"], shown["verdict"]["outcome"]) == ("indeterminate", "indeterminate")
    assert (shown["verdict"]["reason"], shown["verdict"]["asOfMs"]) == ("stale", header.time_ms)
    assert shown["node"] == registrar.url
    taken = await registrar.run(*command, *registrar.asking, "--max-age", 420, "--json")
    assert (taken.code, taken.json["outcome"]) == (0, "valid")


async def test_get_has_the_same_members_as_verify(reading_at: Callable[[int], Registrar]) -> None:
    registrar = reading_at(LATER_MS)
    kept, anchor = registrar.folder / "answer", ("--genesis", registrar.genesis)
    got = await registrar.run(*SHOWING["get"], *registrar.asking, "--out", kept, "--json")
    verified = await registrar.run("verify", kept, "--max-age", 120, *anchor, "--json")
    assert (got.code, verified.code) == (1, 1)
    of_node, of_file = got.json, verified.json
    assert (of_node.pop("node"), of_node.pop("failures")) == (registrar.url, [])
    assert of_file.pop("file") == str(kept)
    assert of_node == of_file
    assert of_node["verdict"]["finding"]["type"] == "found"


async def test_what_is_dated_ahead_is_shown(reading_at: Callable[[int], Registrar]) -> None:
    registrar = reading_at(-LATER_MS)
    ran = await registrar.run(*SHOWING["get"], *registrar.asking)
    told = " ".join(ran.out.split())
    assert ran.code == 1
    assert "is 5 minutes ahead of this machine's clock" in told
    assert "A larger --max-age does not help" in told
    shown = (await registrar.run(*SHOWING["get"], *registrar.asking, "--json")).json
    assert (shown["outcome"], shown["verdict"]["reason"]) == ("indeterminate", "from-future")
    assert shown["verdict"]["finding"]["type"] == "found"


@pytest.mark.parametrize("command", STRICT.values(), ids=STRICT.keys())
async def test_a_command_that_shows_no_verdict_fails_with_the_age(
    reading_at: Callable[[int], Registrar], command: tuple[str, ...]
) -> None:
    registrar = reading_at(LATER_MS)
    options = registrar.signing if command[1] == "set" else registrar.asking
    ran = await registrar.run(*command, *options)
    what, where, do = ran.error
    assert (ran.code, where) == (1, registrar.url)
    assert what.startswith(
        "indeterminate: the answer's block is older than the greatest age asked for: block 2 of "
    )
    assert what.endswith("is 5 minutes old")
    assert "doctor" not in do
    failed = (await registrar.run(*command, *options, "--json")).json
    assert (failed["outcome"], failed["verdict"]["reason"]) == ("indeterminate", "stale")
    assert failed["verdict"]["finding"] is not None


async def test_the_newest_of_several_is_shown_and_the_others_are_named(
    reading_at: Callable[[int], Registrar],
) -> None:
    registrar = reading_at(LATER_MS)
    away = "http://127.0.0.1:1"
    ran = await registrar.run(*SHOWING["get"], "--node", away, *registrar.asking, "--json")
    assert (ran.code, ran.json["node"]) == (1, registrar.url)
    assert [each["node"] for each in ran.json["failures"]] == [away]
