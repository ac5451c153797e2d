"""Disks that refuse, and the commands of a node on them: only proved damage is called damage.

Whatever else stands in the way ends with an exit code of its own, after which the documented service starts
the node again, and no advice that costs the vote guard.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from node.setup.localnet import PROFILES, Localnet
from node.storage.failure import PASSING, WRITE_FAILED, DamageReason
from node.storage.obstacle import Obstacle
from registry.primitives.reason import Reason, as_clause
from tests.integration import hard_disk

ROOT = Path(__file__).parents[2]
DAMAGED = 3
HELD = "held by a node whose lock was deleted"

EXPECTED: dict[str, str] = {
    **{f"full, {left} KiB left": Obstacle.NO_ROOM for left in hard_disk.FULL_LEVELS_KIB},
    "no inode left": Obstacle.NO_ROOM,
    "mounted read-only": Obstacle.READ_ONLY,
    **{
        name: Obstacle.NO_PERMISSION
        for name in hard_disk.CASES
        if name.endswith("another owner") or name.startswith("folder")
    },
    "files may not grow": Obstacle.FILE_TOO_LONG,
    HELD: "process",
    "damaged": DamageReason.CHANGED,
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[hard_disk.Ran]]:
    """What each command did in each case."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder = tmp_path_factory.mktemp("disks")
    network = Localnet.prepare(folder / "net", PROFILES[:1], time_ms=1_700_000_000_000)
    program = [sys.executable, "-m", hard_disk.__name__, str(network.nodes[0].folder), str(folder / "mount")]
    done = subprocess.run(
        ["unshare", "--mount", *program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["case"]: [tuple(one) for one in line["ran"]] for line in lines}


@pytest.mark.process
@pytest.mark.parametrize(("case", "reason"), EXPECTED.items(), ids=EXPECTED)
def test_only_damage_is_called_damage(ran: dict[str, list[hard_disk.Ran]], case: str, reason: str) -> None:
    for command, code, error, advice in ran[case]:
        if command == "read":
            assert code == 0, "with room and permission again, everything is there"
            continue
        is_damaged = case == "damaged"
        assert code == {"doctor": 1}.get(command, DAMAGED if is_damaged else PASSING), (command, error)
        assert (reason.sentence if isinstance(reason, Reason) else reason) in error
        assert ("matricula restore" in advice) is is_damaged, advice
        assert ("Move the folder" in advice or "move the folder" in advice) is is_damaged, advice
        if isinstance(reason, Obstacle):
            assert as_clause(reason.remedy) in advice


def test_every_case_is_expected() -> None:
    assert EXPECTED.keys() == hard_disk.CASES.keys()


def test_the_documented_service_starts_again_what_may_pass() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text()
    (prevented,) = re.findall(r"^RestartPreventExitStatus=(.*)$", guide, re.MULTILINE)
    assert {int(code) for code in prevented.split()} == {2, DAMAGED}
    for code in (WRITE_FAILED, PASSING):
        assert f"| {code} |" in guide
