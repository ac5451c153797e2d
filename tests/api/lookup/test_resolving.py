"""Looking names up (decision 0127)."""

import asyncio
import socket
import threading
from typing import Any

import pytest

from api.lookup.resolving import SystemNames


async def test_a_name_that_is_not_answered_holds_no_thread_of_anybody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The loop's own threads are for the network of the nodes and for what they take from one another."""
    answered = threading.Event()

    def unanswered(*_: Any, **__: Any) -> Any:
        answered.wait()
        raise socket.gaierror("nobody answers")

    monkeypatch.setattr(socket, "getaddrinfo", unanswered)
    names = SystemNames()
    asked = [asyncio.ensure_future(names.addresses(f"{number}.slow.example")) for number in range(64)]
    await asyncio.sleep(0)
    done = await asyncio.get_running_loop().run_in_executor(None, lambda: "done")
    assert (done, any(each.done() for each in asked)) == ("done", False)
    answered.set()
    assert {type(error) for error in await asyncio.gather(*asked, return_exceptions=True)} == {
        socket.gaierror
    }
