"""What comes out of a picture or document."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The credential in a picture or document. `content` are its bytes as they stand there, `wrapper` says
    in what it came, for people and reports (`PNG picture`), `place` where in it, and `remark` what a reader
    should know of how it stood there; most often "".
    """

    content: bytes
    wrapper: str
    place: str
    remark: str = ""


class Wrapping(Protocol):
    """One kind of picture or document."""

    def __call__(self, data: bytes) -> Unwrapped | None:
        """The credential in some bytes; None where they are of another kind. Raises `WrapperError` where they
        are of this kind, and give none. `data` has at most `MAX_WRAPPED_BYTES`.
        """
