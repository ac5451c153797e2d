"""Output that nobody takes: a full disk, a reader that has ended, no output at all. Real processes."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `matricula` is this software; its exit code is that of the first part."""
    program = f'matricula() {{ PYTHONPATH="{ROOT}" "{sys.executable}" -m node "$@"; }}'
    line = f'{program}\n{command}\nexit "${{PIPESTATUS[0]}}"'
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("matricula --help > /dev/full", 1, "Error: no space is left on the disk\n  where: standard output\n"),
        ("matricula --version --json > /dev/full", 1, "Error: no space is left on the disk\n"),
        ("matricula inspect nothing --json > /dev/full", 1, "Error: no space is left on the disk\n"),
        ("matricula did --help | true", 1, ""),
        ("matricula --version >&-", 0, ""),
        ("matricula inspect - <&-", 1, "Error: there is no standard input\n"),
    ],
)
def test_output_that_nobody_takes(command: str, code: int, said: str, tmp_path: Path) -> None:
    ran = shell(command, tmp_path)
    assert ran.stderr.startswith(said)
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr
    assert ran.returncode in ({0, code} if "|" in command else {code})  # the reader may take all before it ends
