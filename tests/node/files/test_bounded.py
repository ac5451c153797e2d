"""A file is read whole, or refused: for its length before it fills the memory, or for what it is."""

import errno
import io
import os
import re
import threading
from pathlib import Path

import pytest

from api.credentials.document import MAX_DEPTH
from node.files import bounded
from node.files import expected as expected_files
from node.files.bounded import (
    FileTooLong,
    SilentPipe,
    WrongFile,
    object_in,
    object_of_kind,
    open_to_read,
    read_file,
    read_open,
    read_text,
    text_in,
    wrong_file,
)
from node.files.expected import (
    ANY_OF_OURS,
    BACKUP_TIME,
    CREDENTIAL,
    GENESIS,
    INDICES,
    PASSPHRASE,
    PICTURE,
    POLICY,
    SCHEMA,
    SETTINGS,
    WRAPPED_CREDENTIAL,
    Expected,
)
from node.files.foreign import HEAD_BYTES, FileKind
from registry.kinds.status_list.operations import MAX_INDICES


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


ALL = tuple(found for found in vars(expected_files).values() if isinstance(found, Expected))
EIGHT = Expected("a test file", "write another", 8, "tests are short")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Endless(io.BytesIO):
    """A file without an end, such as a device: it may be asked for a bounded number of bytes only."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0
        return bytes(size)


@pytest.mark.parametrize("content", [b"", b"1234567", b"12345678"])
def test_up_to_the_limit_a_file_is_read_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert read_file(tmp_path / "file", EIGHT) == content


@pytest.mark.parametrize(
    ("content", "kind", "do"),
    [
        (b"123456789", FileKind.TEXT, "tests are short"),
        (PNG, FileKind.PNG, "it seems to be a PNG picture: write another"),
    ],
)
def test_a_longer_file_is_refused_with_the_limit_and_what_it_seems_to_be(
    tmp_path: Path, content: bytes, kind: FileKind, do: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(FileTooLong) as refused:
        read_file(tmp_path / "file", EIGHT)
    error = refused.value
    what = f"the file has {len(content)} bytes, and a test file has 8 at most"
    assert (error.kind, error.what, error.where, error.do) == (kind, what, str(tmp_path / "file"), do)


def test_of_a_huge_file_no_more_is_read_than_tells_what_it_is(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.write(PNG)
        file.truncate(2 << 30)
    with open_to_read(tmp_path / "file") as file:
        with pytest.raises(FileTooLong) as refused:
            read_open(file, CREDENTIAL, "file")
        assert file.tell() == HEAD_BYTES
    assert refused.value.kind is FileKind.PNG


def test_a_file_without_an_end_is_not_read_to_it() -> None:
    with pytest.raises(FileTooLong) as refused:
        read_open(Endless(), EIGHT, "-")
    assert refused.value.what == "the file has more than 8 bytes, and a test file has 8 at most"
    with pytest.raises(FileTooLong):
        read_file(Path("/dev/zero"), CREDENTIAL)


@pytest.mark.parametrize(
    ("made", "number"), [("missing", errno.ENOENT), ("folder", errno.EISDIR), ("circle", errno.ELOOP)]
)
def test_what_is_no_file_keeps_the_error_of_the_system(tmp_path: Path, made: str, number: int) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    before = open_descriptors()
    with pytest.raises(OSError) as refused:
        read_file(tmp_path / made, EIGHT)
    assert (refused.value.errno, refused.value.filename) == (number, str(tmp_path / made))
    assert open_descriptors() == before


def test_a_link_is_followed_only_where_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_file(tmp_path / "link", EIGHT) == b"x"
    with pytest.raises(OSError) as refused:
        open_to_read(tmp_path / "link", follow_links=False)
    assert refused.value.errno == errno.ELOOP


def test_a_pipe_is_read_while_somebody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"12345678",))
    writer.start()
    assert read_file(pipe, EIGHT) == b"12345678"
    writer.join()
    monkeypatch.setattr(bounded, "PIPE_WAIT_S", 0.01)
    with pytest.raises(SilentPipe):
        read_file(pipe, EIGHT)


def test_text_of_people_loses_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbf4711\r\n")
    assert read_text(tmp_path / "file", INDICES) == "4711\r\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("4711\r\n".encode("utf-16"), FileKind.UTF_16),
        ("4711\r\n".encode("utf-16-le"), FileKind.UTF_16),
        ("4711\r\n".encode("utf-16-be"), FileKind.UTF_16),
        ("4711\r\n".encode("utf-32"), FileKind.UTF_32),
        ("4711 Müller\n".encode("cp1252"), FileKind.LEGACY_TEXT),
        (PNG, FileKind.PNG),
        (bytes(10), FileKind.ZEROS),
        (b"4711\x0090210\n", FileKind.BINARY),
    ],
)
def test_other_text_is_refused_by_its_name(content: bytes, kind: FileKind) -> None:
    with pytest.raises(WrongFile) as refused:
        text_in(content, INDICES, "list.txt")
    assert (refused.value.kind, refused.value.where) == (kind, "list.txt")


@pytest.mark.parametrize(
    ("content", "kind", "where"),
    [
        (b"", FileKind.EMPTY, "x.json"),
        (b' {"a": 1,}', FileKind.JSON_LIKE, "x.json, line 1, column 10"),
        (b'\n{"a" "b"}', FileKind.JSON_LIKE, "x.json, line 2, column 6"),
        (b'{"a": NaN}', FileKind.JSON, "x.json, line 1, column 7"),
        (b'{"a": 1, "a": 2}', FileKind.JSON, "x.json"),
        (b'{"a": 1e999}', FileKind.JSON, "x.json"),
        (b'{"a": "\\ud800"}', FileKind.JSON, "x.json"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, FileKind.DEEP_JSON, "x.json"),
        (b"[1, 2]", FileKind.JSON_LIST, "x.json"),
        (b'"text"', FileKind.JSON_TEXT, "x.json"),
        (b'{"a": 1}\n{"b": 2}', FileKind.JSON_LINES, "x.json"),
        (b'\xef\xbb\xbf{"a": 1}', FileKind.UTF_8_WITH_MARK, "x.json"),
        ('{"a": 1}'.encode("utf-16"), FileKind.UTF_16, "x.json"),
        (PNG, FileKind.PNG, "x.json"),
    ],
)
def test_what_is_no_json_object_is_refused_by_its_name(content: bytes, kind: FileKind, where: str) -> None:
    with pytest.raises(WrongFile) as refused:
        object_in(content, CREDENTIAL, "x.json")
    assert (refused.value.kind, refused.value.where) == (kind, where)
    assert refused.value.do


def test_an_object_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b'{"a": [1, null]}')
    content = read_file(tmp_path / "file", CREDENTIAL)
    assert object_in(content, CREDENTIAL, tmp_path / "file") == {"a": [1, None]}


def test_an_object_is_of_the_kind_that_is_expected_or_of_another_that_is_named() -> None:
    schema, other = b'{"$schema": "https://json-schema.org/draft/2020-12/schema"}', b'{"a": 1}'
    assert object_of_kind(schema, SCHEMA, "x.json").keys() == {"$schema"}
    assert object_of_kind(other, SCHEMA, "x.json", also=frozenset({FileKind.JSON})) == {"a": 1}
    for content, kind in ((other, FileKind.JSON), (b'{"keys": []}', FileKind.JWK)):
        with pytest.raises(WrongFile) as refused:
            object_of_kind(content, SCHEMA, "x.json")
        assert (refused.value.kind, refused.value.where) == (kind, "x.json")
        assert refused.value.what == f"this is {kind.phrase}, not a JSON Schema"


def test_the_right_file_in_another_encoding_is_told_as_that() -> None:
    written = wrong_file("4711".encode("utf-16"), INDICES, "g")
    assert (written.kind, written.do) == (FileKind.UTF_16, FileKind.UTF_16.advice)
    assert written.what.endswith(", and a list of indices is read in UTF-8")
    binary = wrong_file("4711".encode("utf-16"), GENESIS, "g")
    assert binary.what.endswith(", not a genesis document")


def test_a_damaged_file_of_the_right_kind_is_told_from_another_one() -> None:
    genesis = b"\x88\x01" + bytes(10)
    damaged, other = wrong_file(genesis, GENESIS, "g", "cut"), wrong_file(PNG, GENESIS, "g", "cut")
    assert (damaged.kind, damaged.what) == (
        FileKind.GENESIS,
        "this is a genesis document, but a damaged one: cut",
    )
    assert (other.kind, other.what) == (FileKind.PNG, "this is a PNG picture, not a genesis document")
    unknown = wrong_file(b"some text", GENESIS, "g", "cut")
    assert (unknown.what, unknown.do) == ("this is not a genesis document: cut", GENESIS.get)


def test_the_guide_shows_every_limit_and_what_becomes_of_a_byte_order_mark() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "operating.md").read_text("utf-8")
    rows = re.findall(r"^\| (an? [^|]+) \| ([\d,]+) bytes \| ([^|]*)\|", guide, re.MULTILINE)
    shown = {phrase: (int(limit.replace(",", "")), mark.strip()) for phrase, limit, mark in rows}
    taken_off = {INDICES, PASSPHRASE, POLICY, SETTINGS}
    no_text = {GENESIS, PICTURE, WRAPPED_CREDENTIAL}
    expected = {
        "a file to inspect" if kind is ANY_OF_OURS else kind.phrase: (
            kind.limit_bytes,
            "taken off" if kind in taken_off else "" if kind in no_text else "refused",
        )
        for kind in ALL
        if kind is not BACKUP_TIME  # nobody but the software writes it
    }
    assert shown == expected
    assert f"nested {MAX_DEPTH} deep" in guide
    assert f"takes {MAX_INDICES:,} entries" in guide


def test_every_kind_of_file_says_what_it_is_and_where_one_gets_it() -> None:
    assert len({expected.phrase for expected in ALL}) == len(ALL)
    for expected in ALL:
        assert expected.limit_bytes > 0
        assert expected.get
        assert expected.why_limited
