"""Which texts can be the id of a record: of each kind, only those that the ledger could ever hold.

| kind | id |
| --- | --- |
| did, member, usage | a DID |
| parameters, validators | `network` |
| schema | `DID/schemas/NAME` |
| status-list | `DID/status-lists/NAME` |
| anchor | `DID/anchors/ROOT`, ROOT being 64 hexadecimal digits in lower case |
| index | `members/network`, or one of the other relations, `/`, and a DID |

DIDs and names are spelled as in `registry.names`. The map of records has a place for every text, and so a
proof of absence for each: also for one that only looks like a registered name. A question about such a text
has no answer, because whoever reads "not registered" would take it for the name that it looks like.
"""

from functools import lru_cache

from registry.names import fault_of_did, is_name
from registry.records.index import Relation
from registry.records.kind import NETWORK_ID, Kind

_HEX_DIGITS = frozenset("0123456789abcdef")
_ROOT_DIGITS = 64


def is_record_id(kind: Kind, text: str) -> bool:
    """Whether a record of this kind can have this id."""
    return fault_of_record_id(kind, text) is None


@lru_cache(maxsize=4096)
def fault_of_record_id(kind: Kind, text: str) -> str | None:
    """What keeps `text` from being the id of a record of this kind, for people: a clause without a full stop.
    None where it is one. Remembered: the same few records are asked for again and again.
    """
    match kind:
        case Kind.DID | Kind.MEMBER | Kind.USAGE:
            return fault_of_did(text)
        case Kind.PARAMETERS | Kind.VALIDATORS:
            return _fault_of_network(text)
        case Kind.SCHEMA:
            return _fault_under_owner(text, "schemas")
        case Kind.STATUS_LIST:
            return _fault_under_owner(text, "status-lists")
        case Kind.ANCHOR:
            return _fault_of_anchor(text)
        case Kind.INDEX:
            return _fault_of_index(text)


def _fault_of_network(text: str) -> str | None:
    return None if text == NETWORK_ID else f"there is only one, and its id is {NETWORK_ID}"


def _fault_under_owner(text: str, collection: str) -> str | None:
    owner, _, rest = text.partition("/")
    found, slash, name = rest.partition("/")
    if found != collection or not slash:
        fault = f"it is written DID/{collection}/NAME"
    elif not is_name(name):
        fault = f"the name after /{collection}/ has 1 to 64 characters: letters a to z, digits and hyphens"
    else:
        fault = None
    return fault_of_did(owner) or fault


def _fault_of_anchor(text: str) -> str | None:
    owner, _, rest = text.partition("/")
    found, _, root = rest.partition("/")
    fault = None
    if found != "anchors" or len(root) != _ROOT_DIGITS or not _HEX_DIGITS.issuperset(root):
        fault = (
            f"it is written DID/anchors/ROOT, with a root of {_ROOT_DIGITS} hexadecimal digits in lower case"
        )
    return fault_of_did(owner) or fault


def _fault_of_index(text: str) -> str | None:
    name, slash, subject = text.partition("/")
    relation = _RELATIONS.get(name)
    if relation is None or not slash:
        return f"it is written RELATION/SUBJECT; the relations are {', '.join(_RELATIONS)}"
    if relation is Relation.MEMBERS:
        return None if subject == NETWORK_ID else f"members is a relation to {NETWORK_ID}"
    return fault_of_did(subject)


_RELATIONS = {relation.value: relation for relation in Relation}
