"""The did:web names of the institution whose settings are at hand."""

from node.cli.app import UsedWrongly
from node.cli.asking.connection import Connection
from node.wording.explained import Explained
from registry.kinds.did.record import DIDS_BY_SPONSOR
from registry.names import WEB_METHOD


def own_dids(connection: Connection) -> list[str]:
    """All did:web names that the institution sponsors, proved to be all. Raises UsedWrongly without settings,
    Explained where there are none, NoAnswer and Forked.
    """
    if connection.settings is None:
        raise UsedWrongly("which DIDs?", do="name them, or name a node's settings with --config FILE")
    member = connection.settings.settings.institution.did
    found = connection.run(lambda client: client.index(DIDS_BY_SPONSOR, member))
    dids = [entry.id for entry in found.entries if entry.id.startswith(WEB_METHOD)]
    if not dids:
        raise Explained("the institution has no did:web", where=member, do="name the DIDs that you mean")
    return dids
