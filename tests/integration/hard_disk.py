"""Disks that refuse: each case is a file system of its own, and commands of a node on it.

Run as `unshare --mount python -m tests.integration.hard_disk NODE MOUNT` with the folder of a founded node
and the name of a folder that is not there: one line of JSON a case, {"case", "ran": [[command, exit code,
error, advice], …]}. The mounts end with the process. Each command is a process, forked from this one, which
has imported everything.
"""

import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from node.cli import main
from node.cli.operate import backup, doctor, run
from node.ledger.opening import open_ledger
from node.setup.genesis_file import read_genesis
from node.storage.chain_records import ChainRecords
from node.storage.store import Store

IMPORTED = (backup, doctor, run)
"""The commands that are run: imported here, so that no fork needs to."""

SOMEBODY = 65_534
FULL_LEVELS_KIB = (0, 4, 16, 48, 96, 160, 224)
"""What is left on the disk: from nothing to nearly enough for a start."""
_DISK = "8m"
DEFECT, CRASHED = 99, 9
_CAPGET, _CAPSET = 125, 126
_EFFECTIVE, _PERMITTED = 0, 1
_CAPABILITY_VERSION = 0x20080522
_CHOWN, _OVERRIDE, _SEARCH, _OWNER = range(4)

Ran = tuple[str, int, str, str]


class Disk:
    """The node's folder, copied to a small file system of its own."""

    def __init__(self, node: Path, mount: Path) -> None:
        self.mount = mount
        self.folder = mount / "node"
        shutil.copytree(node, self.folder)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    def files(self, pattern: str) -> list[Path]:
        """Files of the data directory; there is at least one."""
        found = sorted(self.data.glob(pattern))
        assert found, pattern
        return found

    def fill(self, left_kib: int) -> Path:
        """A file that leaves so much room."""
        filler = self.mount / "filler"
        free = os.statvfs(self.mount)
        filler.write_bytes(bytes(free.f_bavail * free.f_frsize - left_kib * 1024))
        return filler

    def remount(self, options: str) -> None:
        """Mount it anew with other options."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.mount)], check=True)

    def command(self, *words: str, before: Callable[[], object] = lambda: None) -> Ran:
        """A command of the node in a process of its own; `before` is called in it first."""
        out = self.mount.parent / "out"

        def run_command() -> int:
            os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
            before()
            return main([*words, "--config", str(self.folder / "node.toml"), "--json"])

        code = in_process(run_command)
        document: Any = json.loads(out.read_text().splitlines()[-1])
        if words[0] == "doctor":
            found = [one for one in document["findings"] if one["check"] in ("ledger", "disk", "node")]
            told, advice = (" ".join(one[part] for one in found) for part in ("what", "do"))
        else:
            told, advice = document.get("error", ""), document.get("do", "")
        return words[0], code, told, advice


def in_process(work: Callable[[], int | None]) -> int:
    """The exit code of a fork that does this; a defect's traceback is printed."""
    pid = os.fork()
    if pid == 0:
        code = DEFECT
        try:
            code = work() or 0
        except BaseException:  # noqa: BLE001 -- a fork must not go on with the work of its parent
            traceback.print_exc()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def everything(disk: Disk, **options: Any) -> list[Ran]:
    """Each command that opens the ledger, while something stands in the way."""
    return [
        disk.command("run", **options),
        disk.command("doctor", **options),
        disk.command("backup", str(disk.mount.parent / "backup"), **options),
    ]


def is_whole(disk: Disk) -> Ran:
    """Whether a process that opens the ledger and reads every row finds nothing wrong with it."""

    def read() -> None:
        Store.open(disk.data).close()

    return "read", in_process(read), "", ""


def crash_after_some_turns(node: Path) -> None:
    """Begins the ledger and leaves all of it in the log, as a node does that is killed."""
    store = Store.open(node / "data")
    open_ledger(store, ChainRecords(store.reader, None), read_genesis(node / "genesis.cbor"))
    os._exit(CRASHED)


def without_privileges() -> None:
    """This process is still root's and may no longer do what files' modes forbid."""
    given_up = sum(1 << one for one in (_CHOWN, _OVERRIDE, _SEARCH, _OWNER))
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    system = ctypes.CDLL(None, use_errno=True).syscall
    assert system(_CAPGET, header, sets) == 0
    for number in (_EFFECTIVE, _PERMITTED):
        sets[number] &= ~given_up
    assert system(_CAPSET, header, sets) == 0


def full(left_kib: int) -> Callable[[Disk], list[Ran]]:
    def case(disk: Disk) -> list[Ran]:
        filler = disk.fill(left_kib)
        ran = everything(disk) if left_kib == 0 else [disk.command("run"), disk.command("run")]
        filler.unlink()
        return [*ran, is_whole(disk)]

    return case


def no_inode_left(disk: Disk) -> list[Ran]:
    disk.remount(f"nr_inodes={len(list(disk.mount.rglob('*'))) + 2}")
    ran = everything(disk)
    disk.remount("nr_inodes=1000")
    return [*ran, is_whole(disk)]


def read_only(disk: Disk) -> list[Ran]:
    disk.remount("ro")
    ran = everything(disk)
    disk.remount("rw")
    return [*ran, is_whole(disk)]


def of_another_owner(pattern: str) -> Callable[[Disk], list[Ran]]:
    def case(disk: Disk) -> list[Ran]:
        files = disk.files(pattern)
        for file in files:
            os.chown(file, SOMEBODY, SOMEBODY)
            file.chmod(0o700 if file.is_dir() else 0o600)
        ran = [disk.command("run", before=without_privileges)]
        for file in files:
            os.chown(file, 0, 0)
        return [*ran, is_whole(disk)]

    return case


def of_mode(mode: int) -> Callable[[Disk], list[Ran]]:
    def case(disk: Disk) -> list[Ran]:
        folder = disk.data / "store"
        folder.chmod(mode)
        ran = [disk.command("run", before=without_privileges)]
        folder.chmod(0o700)
        return [*ran, is_whole(disk)]

    return case


def short_files(disk: Disk) -> list[Ran]:
    ran = everything(disk, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    return [*ran, is_whole(disk)]


def held_by_a_node_whose_lock_was_deleted(disk: Disk) -> list[Ran]:
    holding = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(disk.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holding.stdout is not None
    holding.stdout.readline()
    (disk.data / "matricula.lock").unlink()
    for log in disk.files("store/*.log"):
        log.write_bytes(log.read_bytes() + bytes(100))  # what an opening without the lock would call damage
    ran = everything(disk)
    for log in disk.files("store/*.log"):
        os.truncate(log, log.stat().st_size - 100)
    holding.communicate(b"")
    return [*ran, is_whole(disk)]


def damaged(disk: Disk) -> list[Ran]:
    table = disk.files("store/*.sst")[0]
    content = bytearray(table.read_bytes())
    content[40] ^= 1
    table.write_bytes(content)
    return everything(disk)


_HOLD = """
import sys
import traceback
from pathlib import Path
from node.storage.store import Store
store = Store.open(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
store.close()
"""

CASES: dict[str, Callable[[Disk], list[Ran]]] = {
    **{f"full, {left} KiB left": full(left) for left in FULL_LEVELS_KIB},
    "no inode left": no_inode_left,
    "mounted read-only": read_only,
    **{
        f"{pattern} of another owner": of_another_owner(pattern)
        for pattern in (
            "store",
            "matricula.lock",
            "store/LOCK",
            "store/CURRENT",
            "store/IDENTITY",
            "store/MANIFEST-*",
            "store/*.log",
            "store/*.sst",
        )
    },
    **{f"folder of mode {mode:o}": of_mode(mode) for mode in (0o500, 0o600, 0o300)},
    "files may not grow": short_files,
    "held by a node whose lock was deleted": held_by_a_node_whose_lock_was_deleted,
    "damaged": damaged,
}


@contextmanager
def mounted(node: Path, mount: Path) -> Iterator[Disk]:
    """A disk for one case."""
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(mount)], check=True)
    yield Disk(node, mount)
    subprocess.run(["umount", "-l", str(mount)], check=True)
    mount.rmdir()
    shutil.rmtree(mount.parent / "backup", ignore_errors=True)
    shutil.rmtree(mount.parent / "backup.unfinished", ignore_errors=True)


def run_all(node: Path, mount: Path) -> None:
    """Every case, on one line each."""
    assert in_process(lambda: crash_after_some_turns(node)) == CRASHED
    for name, case in CASES.items():
        with mounted(node, mount) as disk:
            print(json.dumps({"case": name, "ran": case(disk)}), flush=True)


if __name__ == "__main__":
    run_all(Path(sys.argv[1]), Path(sys.argv[2]))
