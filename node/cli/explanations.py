"""Errors of libraries and of the pure packages, in the words of the command line.

An exception that has no explanation is a bug: it is not caught, and its traceback is what we want to see.
"""

import errno

import typer

from api.answer.encoding import UnsupportedVersion
from api.client import Forked, ImpossibleQuestion, NoAnswer
from api.issuer.not_done import NotDone
from node.cli.app import UsedWrongly
from node.cli.arguments.refused_parts import explain_malformed
from node.cli.asking.refusals import explain_asking
from node.files.os_errors import explain_os_error
from node.storage.failure import PASSING, WRITE_FAILED, Damage, DirectoryInUse, WriteFailed
from node.transport.listening import CannotListen
from node.wording.explained import Explained
from registry.primitives.codec import Malformed
from registry.primitives.reason import as_clause, in_sentence
from registry.rejection import Refused

FOREIGN = (
    Damage,
    DirectoryInUse,
    WriteFailed,
    Malformed,
    Refused,
    NoAnswer,
    ImpossibleQuestion,
    NotDone,
    UnsupportedVersion,
    Forked,
    typer.TyperException,
    OSError,
    UnicodeEncodeError,
)

_MAX_QUOTED = 256
_LISTEN_ELSEWHERE = "change network.listen or api.listen"
_LISTENING = {
    errno.EADDRINUSE: f"end what listens there (`ss -ltnp` names it), or {_LISTEN_ELSEWHERE}",
    errno.EADDRNOTAVAIL: f"this machine has no such address (see `ip address`): {_LISTEN_ELSEWHERE}",
    errno.EACCES: f"ports below 1024 need a permission of their own: {_LISTEN_ELSEWHERE} to a higher one",
}


class DamagedStore(Explained):
    """The store cannot be trusted."""

    exit_code = 3


class UnwrittenStore(Explained):
    """The store could not be written."""

    exit_code = WRITE_FAILED


class HeldStore(Explained):
    """Another process holds the store."""

    exit_code = PASSING


def explain(error: Exception) -> Explained:
    """What one of the `FOREIGN` errors means for the person at the terminal."""
    match error:
        case Damage() | WriteFailed() | DirectoryInUse():
            return _explain_store(error)
        case Malformed():
            return explain_malformed(error)
        case Refused():
            return Explained(f"refused: {in_sentence(str(error))}", do=as_clause(error.reason.remedy))
        case UnsupportedVersion():
            return Explained(f"too new: {error}", do="install a newer version of this software")
        case NotDone():
            return Explained(error.what, where=error.where, do=error.do)
        case NoAnswer() | ImpossibleQuestion() | Forked():
            return explain_asking(error)
        case typer.TyperException():
            context = getattr(error, "ctx", None)
            asked = f"{context.command_path} --help" if context else "matricula --help"
            return UsedWrongly(error.format_message(), do=f"see `{asked}`")
        case CannotListen():
            what = f"the node cannot listen there: {(error.strerror or '').lower()}"
            return Explained(
                what, where=error.filename, do=_LISTENING.get(error.errno or 0, _LISTEN_ELSEWHERE)
            )
        case UnicodeEncodeError(reason="surrogates not allowed"):
            what = (
                "a name or a text holds bytes that are no UTF-8"  # so Python keeps such arguments and paths
            )
            return UsedWrongly(
                what, where=error.object[:_MAX_QUOTED], do="write it in UTF-8: \\u{DC..} stands for the bytes"
            )
        case OSError():
            return explain_os_error(error)
    raise AssertionError(f"no explanation for {type(error).__name__}") from error


def _explain_store(error: Damage | WriteFailed | DirectoryInUse) -> Explained:
    match error:
        case Damage():
            what = f"{error.reason.sentence} {error.detail}"
            return DamagedStore(what, where=error.path, do=as_clause(error.remedy))
        case WriteFailed():
            what = f"the store could not be written: {error.obstacle.sentence} {error.detail}"
            return UnwrittenStore(what, where=error.path, do=as_clause(error.obstacle.remedy))
        case DirectoryInUse():
            what = f"the data directory is in use by process {error.holder}"
            do = "end that process first (it may be this same node); never run one key in two places"
            return HeldStore(what, where=error.path, do=do)
