"""A folder of credentials: one row for each file, whatever is in it.

- F1 The files of the folder itself are judged in the order of their names. Left out are hidden files, anchor
  proofs (which belong to the credential beside them), what is no ordinary file, and the report that is being
  written.
- F2 What is wrong with a file is told in its row, and the next one is judged. If no node answers for three
  files in a row, the run ends: the rest would tell the same.
- F3 One file at a time is held, and a row of each.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.client import NoAnswer
from api.verifier.verdict import Outcome
from node.cli.asking.refusals import explain_no_answer
from node.cli.issue.credential.files import ANCHOR_SUFFIX, presented_in
from node.cli.issue.credential.report import Judged, first_reason, worst_of
from node.cli.issue.credential.verifying import Verifier
from node.cli.issue.keeping import Files
from node.files.os_errors import explain_os_error
from node.wording.explained import Explained
from registry.primitives.codec import Malformed

MAX_FILES: Final = 10_000
NOT_JUDGED: Final = "not-judged"
NOT_SHOWN: Final = "not-shown"
_IN_A_ROW: Final = 3


@dataclass(frozen=True, slots=True)
class FolderRow:
    """What a report says of one file: its name, the outcome (or `not-judged`), the four answers (an outcome,
    `not-shown`, or "" where nothing was judged), a sentence, and the code of the first reason.

    Of a presentation it is the credential that decides.
    """

    file: str
    outcome: str
    answers: tuple[str, ...]
    sentence: str
    reason: str

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "file": self.file,
            "outcome": self.outcome,
            "answers": list(self.answers),
            "sentence": self.sentence,
            "reason": self.reason or None,
        }


def files_in(folder: Path, report: Path | None) -> list[Path]:
    """F1. Raises Explained for too many, and for none; OSError."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_file() and not entry.name.startswith(".")]
    named = sorted(name for name in names if not name.endswith(ANCHOR_SUFFIX))
    files = [folder / name for name in named if report is None or not _is_same(folder / name, report)]
    if not files:
        do = "give the folder in which the credentials lie: folders within it and hidden files are left out"
        raise Explained("there is no file in the folder", where=folder, do=do)
    if len(files) > MAX_FILES:
        what = f"the folder has {len(files):,} files, and at most {MAX_FILES:,} are judged in one run"
        raise Explained(what, where=folder, do="divide it into several folders")
    return files


async def judge_files(
    verifier: Verifier,
    files: Sequence[Path],
    watch: Callable[[Sequence[Path]], Iterable[Path]],
    keep: Callable[[FolderRow], None],
) -> None:
    """Judges each file and hands its row to `keep`. `watch` shows how far it is. Raises NoAnswer (F2) and
    Forked.
    """
    in_a_row = 0
    for file in watch(files):
        try:
            row = await _row(verifier, file)
            in_a_row = 0
        except NoAnswer as error:
            in_a_row += 1
            if in_a_row == _IN_A_ROW:
                raise
            row = _not_judged(file, explain_no_answer(error), "no-answer")
        keep(row)


async def _row(verifier: Verifier, file: Path) -> FolderRow:
    """F2: everything that is the file's own fault is told in its row. Raises NoAnswer, Forked."""
    try:
        presented = presented_in(file)
        anchor = Files().proof(str(file))
        alone = presented if isinstance(presented, list) else [presented]
        judged = await verifier.judge(alone, anchor)
    except Explained as error:
        return _not_judged(file, error, "no-credential")
    except OSError as error:
        return _not_judged(file, explain_os_error(error), "unreadable-file")
    except Malformed as error:
        told = Explained(f"an answer cannot be read: {error}", where=file, do="ask another node (--node)")
        return _not_judged(file, told, "no-answer")
    return _of_judged(file, worst_of(judged))


def _of_judged(file: Path, judged: Judged | None) -> FolderRow:
    if judged is None:
        empty = Explained("the presentation holds no credential", where=file, do="ask whoever presents it")
        return _not_judged(file, empty, "no-credential")
    report = judged.report
    answers = tuple(NOT_SHOWN if each.outcome is None else each.outcome.value for each in report.answers)
    reason = "" if report.outcome is Outcome.VALID else first_reason(report.first_flaw)
    return FolderRow(file.name, report.outcome.value, answers, report.sentence, reason)


def _not_judged(file: Path, error: Explained, reason: str) -> FolderRow:
    position = error.where.removeprefix(str(file)).removeprefix(", ")
    at = f", at {position}" if error.where.startswith(f"{file}, ") else ""
    sentence = f"{error.what[:1].upper()}{error.what[1:]}{at}. To do: {error.do}."
    return FolderRow(file.name, NOT_JUDGED, ("", "", "", ""), sentence, reason)


def _is_same(file: Path, report: Path) -> bool:
    return os.path.realpath(file) == os.path.realpath(report)
