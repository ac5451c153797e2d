"""What the doctor says of another node's addresses."""

import asyncio
import errno
import socket
import threading
import time

import pytest

from node.cli.operate.checks import Severity, warning
from node.cli.operate.checks import network as checks
from node.cli.operate.checks.network import check_peers
from registry.primitives.validator_set import Validator

ADDRESS = "/dns4/node.example/tcp/4001"
PEER = Validator(bytes(32), "peer", (ADDRESS,), "did:web:peer.example")
SEVERAL = "Multiple exceptions: [Errno 111] Connect call failed"
ASK = "if only this one is not reached, ask its operator; if none is, check this machine's network"


def found_at(*addresses: str) -> list[tuple[object, ...]]:
    """What `getaddrinfo` gives."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 4001)) for address in addresses]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EHOSTUNREACH, "said by a library"), "no route to host"),
        (OSError(SEVERAL), SEVERAL.lower()),
    ],
    ids=["with a number", "without one"],
)
async def test_why_an_address_takes_no_connection_is_told(
    monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    async def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found_at("192.0.2.1", "192.0.2.2"))
    monkeypatch.setattr(asyncio, "open_connection", refuse)
    found = await check_peers([PEER], 1, lambda peer: peer.addresses)
    assert found == [warning("peer", f"{PEER.member} is not reached at {ADDRESS} ({told})", ASK)]


@pytest.mark.parametrize(
    "error",
    [socket.gaierror(socket.EAI_NONAME, "Name or service not known"), UnicodeError("label too long")],
    ids=["not known", "no name"],
)
async def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def unknown(*_: object, **__: object) -> list[tuple[object, ...]]:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    (found,) = await check_peers([PEER], 1, lambda peer: peer.addresses)
    assert "there is no host of that name" in found.what


def test_slow_names_of_one_member_keep_no_other_from_being_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """More slow names than asyncio has threads: each is given up after its own time, and at the end of the
    command nothing waits for what is still looked up.
    """
    ended = threading.Event()

    def look_up(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host.startswith("slow"):
            ended.wait(20)
        return found_at("127.0.0.1")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(checks, "DIAL_S", 0.3)
    monkeypatch.setattr(checks, "MEMBER_S", 0.75)
    slow = Validator(
        bytes(32), "slow", tuple(f"/dns4/slow{number}.example/tcp/1" for number in range(40)), "did:web:slow"
    )

    async def examine() -> list[tuple[Severity, str]]:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            honest = Validator(bytes(32), "peer", (f"/dns4/node.example/tcp/{port}",), PEER.member)
            found = await check_peers([slow, honest], 1, lambda peer: peer.addresses)
            return [(one.level, one.what) for one in found]

    begun = time.monotonic()
    (of_slow, of_honest) = asyncio.run(examine())
    took = time.monotonic() - begun
    ended.set()
    assert of_honest[0] is Severity.OK
    assert of_slow[0] is Severity.WARNING
    assert of_slow[1].count("no answer within") == 6
    assert of_slow[1].count("not tried: other names of this member took too long") == 34
    assert took < 5
