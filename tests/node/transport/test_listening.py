"""Listening that fails: the address, and whether it is the name or the machine."""

import errno
import socket

import pytest

from node.transport.listening import CannotListen, UnknownHost, listening_at


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (socket.EAI_NONAME, "there is no host of that name"),
        (socket.EAI_AGAIN, "the name service does not answer"),
    ],
)
def test_a_name_that_leads_nowhere(number: int, what: str) -> None:
    with pytest.raises(UnknownHost) as caught, listening_at("node.invalid:80"):
        raise socket.gaierror(number, "said by the resolver")
    assert (caught.value.what, caught.value.where) == (what, "node.invalid:80")


def test_an_address_that_is_taken() -> None:
    with pytest.raises(CannotListen) as caught, listening_at("127.0.0.1:80"):
        raise OSError(errno.EADDRINUSE, "said by a library")
    assert caught.value.args == (errno.EADDRINUSE, "Address already in use")
    assert caught.value.filename == "127.0.0.1:80"
