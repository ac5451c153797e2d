"""Where each question is asked: the paths of the API, as a client writes them."""

from urllib.parse import quote

from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)


def path_of(question: Question) -> str:
    """Where a question is asked."""
    match question:
        case RecordQuestion(kind, record_id, known_at_ms):
            return at(f"/v1/records/{_part(kind)}/{_part(record_id)}", known_at=known_at_ms)
        case IndexQuestion(name, first, known_at_ms):
            relation, _, subject = name.partition("/")
            path = f"/v1/indexes/{_part(relation)}/{_part(subject)}"
            return at(path, known_at=known_at_ms, **({"from": first} if first else {}))
        case TransactionQuestion(transaction_id):
            return f"/v1/transactions/{transaction_id.hex()}"
        case ChunkQuestion(list_id, number, known_at_ms):
            return at(f"/v1/status-lists/{_part(list_id)}/chunks/{number}", known_at=known_at_ms)
        case StatusListQuestion(list_id, known_at_ms):
            return at(f"/v1/status-lists/{_part(list_id)}", known_at=known_at_ms)
        case AnchorQuestion(issuer, root, known_at_ms):
            return at(f"/v1/anchors/{_part(issuer)}/{root.hex()}", known_at=known_at_ms)


def schema_url(node_url: str, did: str, name: str, version: str) -> str:
    """Where a version of a schema lies at a node's public address, as credentials write it: the `%` of a
    did:web's port is escaped like any other (`%253A`). Verifiers find the recorded version by this path.
    """
    return f"{node_url.rstrip('/')}/schemas/{_part(did)}/{_part(name)}/{_part(version)}"


def _part(text: str) -> str:
    return quote(text, safe=":")


def at(path: str, **query: int | None) -> str:
    """A path with those of the parameters that are given."""
    given = [f"{name}={value}" for name, value in query.items() if value is not None]
    return f"{path}?{'&'.join(given)}" if given else path
