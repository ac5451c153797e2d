"""The work of `matricula credential verify`: what its argument names, and one credential or a folder of them
judged.
"""

import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from api.client import Client
from api.credentials.secured import Secured
from api.issuer.keeping import KeptProof
from api.lookup.fetching import WebSource
from api.verifier.credential import Check, Policy
from api.verifier.verdict import Outcome
from node.cli.asking.connection import Connection
from node.cli.issue.credential.csv_report import writing_csv
from node.cli.issue.credential.files import presented, presented_in, proof_in
from node.cli.issue.credential.folder import NOT_JUDGED, FolderRow, files_in, judge_files
from node.cli.issue.credential.report import Judged, presented_document, presented_lines, worst
from node.cli.issue.credential.verifying import HolderQuestion, Verifier
from node.cli.issue.keeping import Files
from node.cli.terminal.console import Output
from node.files.bounded import read_open
from node.files.expected import WRAPPED_CREDENTIAL
from node.process import clock
from node.wording.counted import counted

STANDARD_INPUT = "-"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of credentials."""

    path: Path


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where a credential is served; http or https."""

    url: str


@dataclass(frozen=True, slots=True)
class Input:
    """A credential on standard input."""


def target_of(named: str) -> Folder | WebAddress | Input | Path:
    """What an argument names. A file that is called like a URL or `-` is named by its path: `./-`."""
    if named == STANDARD_INPUT:
        return Input()
    if named.lower().startswith(("https://", "http://")):
        return WebAddress(named)
    path = Path(named)
    return Folder(path) if path.is_dir() else path


@dataclass(frozen=True, slots=True)
class Judging:
    """Whom to ask, under which policy to judge, and what the holder was asked with."""

    connection: Connection
    policy: Policy
    web: WebSource
    asked: HolderQuestion

    def run(self, work: Callable[[Verifier], Awaitable[T]]) -> T:
        """What `work` gives when it is handed a verifier. Raises NoAnswer and Forked."""

        def within(client: Client) -> Awaitable[T]:
            return work(Verifier(client, self.web, self.policy, clock.now_ms, self.asked))

        return self.connection.run(within)


def verify_one(
    judging: Judging, target: WebAddress | Input | Path, anchor: Path | None, output: Output
) -> int:
    """Judges one credential or presentation, and prints the report; the exit code. Raises Explained, OSError,
    NoAnswer, Forked.
    """
    proof = _proof(target, anchor)
    held = None if isinstance(target, WebAddress) else _read(target)
    name = target.url if isinstance(target, WebAddress) else STANDARD_INPUT
    if isinstance(target, Path):
        name = str(target)
    return _show(judging.run(partial(_judge, target, held, proof)), name, output)


async def _judge(
    target: WebAddress | Input | Path,
    held: Secured | list[Secured | Check] | None,
    proof: KeptProof | None,
    verifier: Verifier,
) -> Judged | list[Judged]:
    if isinstance(target, WebAddress):
        held = presented(await verifier.fetch(target.url), target.url)
    if isinstance(held, list):
        return await verifier.judge(held, proof)
    if held is None:
        raise AssertionError("what is no web address was read before")
    (judged,) = await verifier.judge([held], proof)
    return judged


def _read(target: Input | Path) -> Secured | list[Secured | Check]:
    if isinstance(target, Path):
        return presented_in(target)
    name = "standard input"
    return presented(read_open(sys.stdin.buffer, WRAPPED_CREDENTIAL, name), name)


def _proof(target: WebAddress | Input | Path, anchor: Path | None) -> KeptProof | None:
    if anchor is not None:
        return proof_in(anchor)
    return Files().proof(str(target)) if isinstance(target, Path) else None


def _show(judged: Judged | list[Judged], name: str, output: Output) -> int:
    if isinstance(judged, list):
        output.result({"file": name, **presented_document(judged)}, list(presented_lines(judged)))
        return 0 if worst(judged) is Outcome.VALID else 1
    output.result({"file": name, **judged.document()}, list(judged.lines()))
    return 0 if judged.outcome is Outcome.VALID else 1


def verify_folder(judging: Judging, folder: Path, report: Path | None, output: Output) -> int:
    """Judges the files of a folder, and prints a line for each; the exit code. Raises Explained, OSError,
    NoAnswer, Forked.
    """
    files = files_in(folder, report)
    rows = list[FolderRow]()
    with ExitStack() as open_files, output.progress() as progress:
        write = open_files.enter_context(writing_csv(report)) if report is not None else None

        def keep(row: FolderRow) -> None:
            rows.append(row)
            if write is not None:
                write(row)

        watch = partial(progress.track, description="Judging credentials")

        async def work(verifier: Verifier) -> None:
            await judge_files(verifier, files, watch, keep)

        judging.run(work)
    output.result(_folder_document(folder, rows, report), list(_folder_lines(rows, report)))
    return 0 if all(row.outcome == Outcome.VALID.value for row in rows) else 1


def _folder_document(folder: Path, rows: Sequence[FolderRow], report: Path | None) -> dict[str, Any]:
    counts = Counter(row.outcome for row in rows)
    return {
        "folder": str(folder),
        "counts": {name: counts[name] for name in (*(outcome.value for outcome in Outcome), NOT_JUDGED)},
        "report": None if report is None else str(report),
        "files": [row.document() for row in rows],
    }


def _folder_lines(rows: Sequence[FolderRow], report: Path | None) -> list[str]:
    counts = Counter(row.outcome for row in rows)
    lines = [f"{row.outcome:<14}{row.file}: {row.sentence}" for row in rows]
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    lines += ["", f"{counted(len(rows), 'file')}: {told}"]
    return [*lines, *([f"report       {report}"] if report is not None else [])]
