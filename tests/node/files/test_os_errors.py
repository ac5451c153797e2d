"""The errors of the operating system, made where they can be made, in words that lead on."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from node.files.durable import write_whole
from node.files.os_errors import MISSING, explain_os_error


def error_of(act: Callable[[], object]) -> OSError:
    with pytest.raises(OSError) as caught:
        act()
    return caught.value


def test_errors_that_a_disk_gives(tmp_path: Path) -> None:
    file, circle = tmp_path / "file", tmp_path / "circle"
    file.write_text("x")
    circle.symlink_to(circle)
    acts: dict[str, Callable[[], object]] = {
        "it is a folder, not a file": tmp_path.read_bytes,
        "a part of the path is a file, not a folder": (file / "below").read_bytes,
        "the symbolic links form a circle, or no link is allowed here": circle.read_bytes,
        "the name is too long": (tmp_path / ("x" * 300)).read_bytes,
        "that name is in use already": lambda: write_whole(file, b"y", replace=False),
        "the folder is not empty": tmp_path.rmdir,
    }
    for what, act in acts.items():
        told = explain_os_error(error_of(act))
        assert told.what == what
        assert told.where.startswith(str(tmp_path))
        assert told.do


def test_a_full_disk(tmp_path: Path) -> None:
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123 -- unbuffered
        told = explain_os_error(error_of(lambda: full.write(b"x")))
    assert (told.what, told.where) == ("no space is left on the disk", "")


@pytest.mark.parametrize(
    ("path", "do"),
    [
        ("{}/a/b/c", "check the path: there is no folder {}/a"),
        ("{}/a", "check the name: `ls {}` shows what is there"),
        (
            "~/a",
            "write the full path of the home folder: only the shell understands ~, and only without quotes",
        ),
        ("'a'", "check the name: it begins or ends with a space or a quotation mark"),
        ("a ", "check the name: it begins or ends with a space or a quotation mark"),
    ],
)
def test_what_is_missing_of_a_path(tmp_path: Path, path: str, do: str) -> None:
    told = explain_os_error(error_of(Path(path.format(tmp_path)).read_bytes))
    assert (told.what, told.do) == (MISSING, do.format(tmp_path))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EMFILE, errno.EIO, 9999])
def test_every_error_says_what_to_do(number: int) -> None:
    told = explain_os_error(OSError(number, os.strerror(number), "file"))
    assert told.what
    assert told.where == "file"
    assert told.do


def test_a_folder_that_was_not_copied_whole(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    os.mkfifo(tmp_path / "from" / "pipe")
    told = explain_os_error(error_of(lambda: shutil.copytree(tmp_path / "from", tmp_path / "to")))
    assert told.where == str(tmp_path / "from" / "pipe")
    assert told.what.startswith("a folder could not be copied whole: ")
