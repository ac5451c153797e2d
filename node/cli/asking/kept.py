"""Answers that were kept in files: read here, and verified by whoever relies on them."""

from pathlib import Path

from api.answer.encoding import Answer, UnsupportedVersion, read_answer
from node.files.bounded import WrongFile, object_of_kind, read_file, wrong_file
from node.files.expected import ANSWER
from node.wording.explained import Explained
from registry.primitives.codec import Malformed


def read_kept(file: Path) -> Answer:
    """The answer in a file; nothing is verified. Raises Explained."""
    content = read_file(file, ANSWER)
    try:
        return read_answer(content)
    except UnsupportedVersion as error:
        raise Explained(
            f"too new: {error}", where=file, do="install a newer version of this software"
        ) from error
    except Malformed as error:
        raise _no_answer(content, file, str(error)) from error


def _no_answer(content: bytes, file: Path, finding: str) -> WrongFile:
    if content.lstrip()[:1] == b"{":
        object_of_kind(content, ANSWER, file)
    return wrong_file(content, ANSWER, file, finding)
