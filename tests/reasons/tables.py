"""The tables of `docs/reasons.md`, made from the families. `tests/reasons/test_document.py` compares them."""

from collections.abc import Iterable
from pathlib import Path

from api.client.outcome import NodeFault
from api.credentials.contexts.library import ContextFault
from api.credentials.did_methods.fault import DidFault
from api.credentials.document import DocumentFault
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity.fault import ProofFault
from api.credentials.schema import SchemaFault
from api.credentials.timestamp import TimestampFault
from api.credentials.wrappers.fault import WrapperFault
from api.documents.did_comparison import DidMismatch
from api.documents.did_resolution import ResolutionFault
from api.lookup.bundle import BundleFault
from api.lookup.fault import FetchFault
from api.problems import RequestFault
from api.publications.fault import PublicationFault
from api.verifier.credential.policy import PolicyFault
from api.verifier.verdict import AnswerFlaw
from consensus.events import HaltReason
from consensus.guard import VoteRefusal
from consensus.light_client import HeaderRefusal
from consensus.voting import Defect
from node.files.foreign.json_faults import JsonMistake
from node.files.keystore import KeystoreFault
from node.pool.mempool import PoolRefusal
from node.storage.failure import DamageReason
from node.storage.guard_records import GuardLoss
from node.storage.obstacle import Obstacle
from registry.checking import ProofFlaw
from registry.json_reader import JsonFault
from registry.primitives.reason import Reason
from registry.ruleset import CURRENT
from tests.registry.tables import table

DOCUMENT = Path(__file__).parents[2] / "docs" / "reasons.md"

TABLES: dict[str, tuple[type[Reason], ...]] = {
    "rejections": tuple(dict.fromkeys(type(reason) for reason in CURRENT.reasons)),
    "problems": (RequestFault, NodeFault),
    "publications": (PublicationFault,),
    "answers": (AnswerFlaw, HeaderRefusal, ProofFlaw),
    "credentials": (CredentialFlaw,),
    "corrections": (CredentialFlaw,),
    "fetching": (FetchFault, BundleFault),
    "documents": (
        DocumentFault,
        JsonMistake,
        JsonFault,
        TimestampFault,
        SchemaFault,
        ProofFault,
        ContextFault,
        PolicyFault,
        WrapperFault,
        DidFault,
    ),
    "dids": (ResolutionFault, DidMismatch),
    "keys": (KeystoreFault,),
    "store": (DamageReason, Obstacle, GuardLoss),
    "replica": (HaltReason, Defect, VoteRefusal, PoolRefusal),
}
"""The families that each table shows."""


def written(text: str) -> str:
    """The document with each table as it is made now. Raises ValueError where a table has no place."""
    for name, shown in TABLES.items():
        begin, end = f"<!-- {name}: made by tests/reasons/tables.py -->\n", f"<!-- end of {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"docs/reasons.md has no one place for the table {name}")
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = before + begin + _table(name, shown) + end + after
    return text


def _table(name: str, shown: Iterable[type[Reason]]) -> str:
    if name == "corrections":
        rows = [[f"`{flaw.code}`", flaw.correction] for flaw in CredentialFlaw if flaw.correction]
        return table(["code", "what to change in the draft"], *rows)
    return "\n".join(_family(family) for family in shown)


def _family(family: type[Reason]) -> str:
    """What the family is about, and its reasons."""
    about, _, _ = " ".join((family.__doc__ or "").split()).partition(".")
    rows = [[f"`{reason.code}`", reason.sentence, reason.remedy] for reason in family]
    return f"{about}:\n\n{table(['code', 'what happened', 'what to do'], *rows)}"
