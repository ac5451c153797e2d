"""How the ids of records are written: of each kind, only those texts that the ledger could ever hold.

DIDs and names are spelled as in `registry.names`. The map of records has a place for every text, and so a
proof of absence for each: also for one that only looks like a registered name. A question about such a text
has no answer, because whoever reads "not registered" would take it for the name that it looks like
(decision 0075).

Each kind states its own form, from the ones here or another; `registry.ruleset.Ruleset.fault_of_id` asks it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from registry.names import fault_of_did, is_name

NETWORK_ID: Final = "network"
"""The id of a record of which a network has only one."""


@dataclass(frozen=True, slots=True)
class IdForm:
    """The ids that records of a kind can have.

    `written` says how they are written, for documents. `fault` says what keeps a text from being one, for
    people: a clause without a full stop; None where it is one.
    """

    written: str
    fault: Callable[[str], str | None]


def _fault_of_network(text: str) -> str | None:
    return None if text == NETWORK_ID else f"there is only one, and its id is {NETWORK_ID}"


ONE_OF_A_NETWORK: Final = IdForm(f"`{NETWORK_ID}`", _fault_of_network)
A_DID: Final = IdForm("a DID", fault_of_did)


def named_by_owner(collection: str) -> IdForm:
    """The form `DID/collection/NAME`, in which an owner names a record itself."""

    def fault(text: str) -> str | None:
        owner, _, rest = text.partition("/")
        found, slash, name = rest.partition("/")
        if found != collection or not slash:
            what = f"it is written DID/{collection}/NAME"
        elif not is_name(name):
            what = f"the name after /{collection}/ has 1 to 64 characters: letters a to z, digits and hyphens"
        else:
            what = None
        return fault_of_did(owner) or what

    return IdForm(f"`DID/{collection}/NAME`", fault)
