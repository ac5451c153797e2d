"""Nothing but a file is opened where a file of this node's own belongs, and nothing is waited for."""

import os
import socket
from pathlib import Path

import pytest

from node.files.regular import open_regular
from node.setup.localnet import PROFILES, Localnet, stop_left_running
from node.storage.directory_lock import DirectoryLock
from node.wording.explained import Explained


def test_a_file_and_what_is_none(tmp_path: Path) -> None:
    file = tmp_path / "file"
    os.close(open_regular(file, os.O_WRONLY | os.O_CREAT, 0o600))
    file.write_bytes(b"whole")
    with os.fdopen(open_regular(file), "rb") as opened:
        assert os.get_blocking(opened.fileno())
        assert opened.read() == b"whole"
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "socket", Path("/dev/null"), tmp_path / "absent"):
        for flags in (os.O_RDONLY, os.O_RDWR, os.O_WRONLY):
            with pytest.raises(OSError) as caught:
                open_regular(path, flags)
            assert str(caught.value.filename) == str(path)


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(OSError):
            open_regular(tmp_path / "pipe")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_log_of_a_local_node_is_a_file(tmp_path: Path) -> None:
    net = Localnet.prepare(tmp_path / "net", PROFILES[:1], time_ms=0)
    log = net.nodes[0].log
    for stand in (os.mkfifo, os.mkdir):
        stand(log)
        with pytest.raises(Explained, match="a folder, a pipe or a device is in its place"):
            net.start(0)
        assert net.nodes[0].process is None
        log.unlink() if log.is_fifo() else log.rmdir()


def test_no_absurd_process_is_told_to_stop(tmp_path: Path) -> None:
    net = Localnet.prepare(tmp_path / "net", PROFILES[:1], time_ms=0)
    data = net.nodes[0].folder / "data"
    data.mkdir(exist_ok=True)
    for written in ("9" * 30, "0", "1", "-1"):
        lock = DirectoryLock(data)
        (data / "matricula.lock").write_text(written)
        with pytest.raises(Explained, match="its id is not known"):
            stop_left_running(tmp_path / "net")
        lock.release()
