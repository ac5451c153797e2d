"""An address that this machine does not let the node listen at: which one it was, for whoever starts it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


class CannotListen(OSError):
    """`filename` is the address as the settings write it."""


@contextmanager
def listening_at(address: str) -> Iterator[None]:
    """Names the address in the error of what is run within. Raises CannotListen."""
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        raise CannotListen(number, os.strerror(number), address) from error
