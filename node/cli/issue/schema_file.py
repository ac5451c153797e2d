"""The file of a schema that is to be published, or to be signed under."""

from api.credentials.document import Document
from node.files.bounded import object_of_kind
from node.files.expected import SCHEMA
from node.files.foreign import FileKind
from node.wording.explained import Explained
from registry.kinds.schema.transitions import check_content
from registry.primitives.reason import as_clause
from registry.rejection import Refused


def require_schema(content: bytes, where: object) -> None:
    """That the registry takes the content of a schema. Raises Explained."""
    try:
        check_content(content)
    except Refused as refused:
        object_of_schema(content, where)
        detail = f" ({refused.detail})" if refused.detail else ""
        what = f"{as_clause(refused.reason.sentence)}{detail}"
        raise Explained(what, where=where, do=as_clause(refused.reason.remedy)) from refused


def object_of_schema(content: bytes, where: object) -> Document:
    """The JSON object that a schema is. Raises WrongFile where it is no JSON, or clearly something else."""
    return object_of_kind(content, SCHEMA, where, also=frozenset({FileKind.JSON}))
