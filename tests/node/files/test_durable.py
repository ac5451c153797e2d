"""A file is there whole or not at all."""

import os
from pathlib import Path

import pytest

from node.files.durable import sync_directory, write_whole


def test_a_new_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"content", replace=False)
    assert (tmp_path / "file").read_bytes() == b"content"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_is_there_is_replaced_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"first", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(path, b"second", replace=False)
    assert path.read_bytes() == b"first"
    write_whole(path, b"second", replace=True)
    assert path.read_bytes() == b"second"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("replace", [False, True])
def test_a_write_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "old").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / ("old" if replace else "new"), b"content", replace=replace)
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"old": b"old"}


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_or_device_is_never_replaced(tmp_path: Path, replace: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/dev/null")
    for name in ("pipe", "folder", "link", ".", ".."):
        with pytest.raises(OSError) as refused:
            write_whole(tmp_path / name, b"content", replace=replace)
        assert refused.value.filename == str(tmp_path / name)
    assert {entry.name for entry in tmp_path.iterdir()} == {"pipe", "folder", "link"}
    assert (tmp_path / "link").is_symlink()


def test_an_error_names_the_file_that_was_to_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        write_whole(tmp_path / "nowhere" / "file", b"content", replace=False)
    assert refused.value.filename == str(tmp_path / "nowhere" / "file")


def test_what_an_interrupted_write_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / f".file.{os.getpid()}").write_bytes(b"half of something longer")
    write_whole(tmp_path / "file", b"whole", replace=False)
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"file": b"whole"}


def test_syncing_what_is_no_directory_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        sync_directory(tmp_path / "file")
