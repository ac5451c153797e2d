"""A file is read whole, or refused for its length before it fills the memory."""

import io
from pathlib import Path

import pytest

from node.bounded_files import FileTooLong, read_at_most, read_open_at_most


class Endless(io.BytesIO):
    """A file without an end, such as a device: it may be asked for a bounded number of bytes only."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0
        return bytes(size)


@pytest.mark.parametrize("content", [b"", b"1234567", b"12345678"])
def test_up_to_the_limit_a_file_is_read_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert read_at_most(tmp_path / "file", 8) == content


def test_a_longer_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"123456789")
    with pytest.raises(FileTooLong) as refused:
        read_at_most(tmp_path / "file", 8)
    assert (refused.value.what, refused.value.where) == (
        "the file is longer than 8 bytes",
        str(tmp_path / "file"),
    )


def test_a_file_without_an_end_is_not_read_to_it() -> None:
    with pytest.raises(FileTooLong):
        read_open_at_most(Endless(), 8, "-")


def test_a_file_that_is_not_there_keeps_its_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_at_most(tmp_path / "file", 8)
