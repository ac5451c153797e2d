"""The file of a schema that is to be published, or to be signed under."""

from typing import Final

from api.credentials.document import Document
from node.files.bounded import object_of_kind
from node.files.expected import SCHEMA
from node.files.foreign import FileKind
from node.wording.explained import Explained
from registry.kinds.schema.reasons import SchemaReason
from registry.kinds.schema.transitions import check_content
from registry.rejection import Refused, RejectionReason

_REFUSED: Final[dict[RejectionReason, str]] = {
    SchemaReason.SCHEMA_UNREADABLE: "correct the file: one JSON object in UTF-8, no member name twice",
    SchemaReason.SCHEMA_UNIDENTIFIED: "write both into it: `$schema` names the draft "
    "(https://json-schema.org/draft/2020-12/schema), `$id` is a URI of the schema's own",
}


def require_schema(content: bytes, where: object) -> None:
    """That the registry takes the content of a schema. Raises Explained."""
    try:
        check_content(content)
    except Refused as refused:
        object_of_schema(content, where)
        detail = f" ({refused.detail})" if refused.detail else ""
        sentence = refused.reason.description
        what = f"{sentence[:1].lower()}{sentence[1:].removesuffix('.')}{detail}"
        raise Explained(what, where=where, do=_REFUSED[refused.reason]) from refused


def object_of_schema(content: bytes, where: object) -> Document:
    """The JSON object that a schema is. Raises WrongFile where it is no JSON, or clearly something else."""
    return object_of_kind(content, SCHEMA, where, also=frozenset({FileKind.JSON}))
