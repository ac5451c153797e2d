"""What the running node found when it compared the web's word on its institution's DIDs with the ledger."""

from collections.abc import Iterator

from node.cli.operate.checks import Diagnosis, problem, warning
from node.cli.operate.checks.process import number_in
from node.wording.counted import counted


def check_documents(metrics: bytes) -> Iterator[Diagnosis]:
    """What the metrics of the running node say of the last daily look; nothing where all is well, or where
    the node does not look. Raises `Malformed`.
    """
    differing = number_in(metrics, "matricula_did_mismatches")
    not_compared = number_in(metrics, "matricula_dids_not_compared")
    if differing:
        what = f"did-mismatch: the web has other keys than the ledger for {counted(int(differing), 'DID')}"
        do = (
            "`matricula did compare` names the keys. A key that only the web has may be an intruder's; "
            "`matricula did web-files` makes the documents anew (docs/did-web.md)"
        )
        yield problem("did", what, do)
    if not_compared:
        what = f"the did:web document of {counted(int(not_compared), 'DID')} could not be fetched or read"
        do = "`matricula did compare` says why; others cannot check these credentials by did:web meanwhile"
        yield warning("did", what, do)
