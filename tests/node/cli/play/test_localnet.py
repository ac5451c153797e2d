"""The live table of a local network fits a terminal of 24 lines and 80 characters."""

import io
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from rich.console import Console

from node.cli.play.localnet import Reading, _read, table_of
from node.setup.localnet import PROFILES, Localnet, LocalNode
from tests.api.client.liars import HOSTILE_JSON, lying

READING = Reading(123_456, 2, 1.0, 10.0, 1_234.0, 6, 50_000)


def shown(net: Localnet, found: list[Reading | None], width: int) -> list[str]:
    leaders = {place: place + 1 for place in range(len(net.nodes))}
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(table_of(net, found, leaders, console.width))
    return console.export_text().splitlines()


def test_seven_nodes_take_a_line_each(tmp_path: Path) -> None:
    net = Localnet.prepare(tmp_path / "net", PROFILES, time_ms=1_000)
    lines = shown(net, [READING] * 6 + [None], 80)
    assert len(lines) <= 22  # two lines of remarks stand above
    assert max(map(len, lines)) <= 80
    rows = lines[-1 - len(PROFILES) :]
    for number, node in enumerate(net.nodes, 1):
        (row,) = (line.split() for line in rows if line.strip().startswith(f"{number} "))
        assert row[1] == node.profile.name.split()[0]
        assert row[-1] == f":{node.api_url.rpartition(':')[2]}"
    (first,) = (line for line in rows if line.strip().startswith("1 "))
    assert first.split()[-8:-1] == ["up", "123456", "3", "1234", "ms", "6", "50000"]
    (last,) = (line for line in rows if line.strip().startswith("7 "))
    assert last.split()[-2] == "down"
    wide = shown(net, [READING] * 7, 200)
    assert max(map(len, wide)) <= 110
    assert all(node.api_url.removeprefix("http://") in "".join(wide) for node in net.nodes)


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", *HOSTILE_JSON.values()], ids=["empty", "a list", *HOSTILE_JSON]
)
async def test_another_program_at_a_nodes_port_gives_no_reading(body: bytes, tmp_path: Path) -> None:
    async def reply(_: web.BaseRequest) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async with (
        lying(reply) as url,
        aiohttp.ClientSession(raise_for_status=True) as session,
    ):
        assert await _read(session, LocalNode(tmp_path, PROFILES[0], url), {}) is None
