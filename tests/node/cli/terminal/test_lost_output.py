"""Output that nobody takes: a full disk, a reader that has ended, no output at all. Real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = "Error: no space is left on the disk\n  where: standard output\n"
ROOT = Path(__file__).parents[4]
PROGRAM = f'"{sys.executable}" -m node'


def shell(command: str, stdout: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell in which `matricula` is this software."""
    line = command.replace("matricula", PROGRAM)
    return subprocess.run(
        ["sh", "-c", line], cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("matricula --help > /dev/full", 1, FULL),
        ("matricula --version --json > /dev/full", 1, FULL),
        ("matricula inspect nothing --json > /dev/full", 1, FULL),
        ("matricula --version >&-", 0, ""),
        ("matricula inspect - <&-", 1, "Error: there is no standard input\n  where: -\n"),
    ],
)
def test_output_that_nobody_takes(command: str, code: int, said: str) -> None:
    ran = shell(command)
    assert (ran.returncode, ran.stderr.partition("  to do")[0]) == (code, said)


def test_a_reader_that_has_ended_is_no_error_to_tell() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = shell("matricula did --help", writing)
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (1, "")
