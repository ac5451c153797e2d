"""An address that this machine does not let the node listen at: which one it was, for whoever starts it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from node.wording.explained import Explained


class CannotListen(OSError):
    """`filename` is the address as the settings write it."""


class UnknownHost(Explained):
    """The name in an address leads to no machine, as far as the name service knows."""

    def __init__(self, address: str, error: socket.gaierror) -> None:
        unanswered = error.errno == socket.EAI_AGAIN
        what = "the name service does not answer" if unanswered else "there is no host of that name"
        check = "check the name service of this machine" if unanswered else "check the name"
        do = f"{check} (`getent hosts NAME` asks for it), or write an IP address"
        super().__init__(what, where=address, do=do)


@contextmanager
def listening_at(address: str) -> Iterator[None]:
    """Names the address in the error of what is run within. Raises CannotListen, UnknownHost."""
    try:
        yield
    except socket.gaierror as error:
        raise UnknownHost(address, error) from error
    except OSError as error:
        number = error.errno or 0
        raise CannotListen(number, os.strerror(number), address) from error
