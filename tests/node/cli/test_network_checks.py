"""What the doctor says of another node's addresses."""

import asyncio
import errno

import pytest

from node.cli.checks import warning
from node.cli.checks.network import check_peers
from registry.primitives.validator_set import Validator

ADDRESS = "/dns4/node.example/tcp/4001"
PEER = Validator(bytes(32), "peer", (ADDRESS,), "did:web:peer.example")
SEVERAL = "Multiple exceptions: [Errno 111] Connect call failed"
ASK = "if it is the only one, ask its operator; if all are, see to this machine's network"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EHOSTUNREACH, "said by a library"), "no route to host"),
        (OSError(SEVERAL), SEVERAL.lower()),
    ],
    ids=["one address", "a name with several addresses"],
)
async def test_why_an_address_takes_no_connection_is_told(
    monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    async def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(asyncio, "open_connection", refuse)
    found = await check_peers([PEER], 1, lambda peer: peer.addresses)
    assert found == [warning("peer", f"{PEER.member} is not reached at {ADDRESS} ({told})", ASK)]
