"""A schema of somebody who is not known, judged by with bounded work."""

from typing import Final

from api.credentials.document import Document
from api.credentials.schema import CompiledSchema, SchemaError, SchemaFault, SchemaViolation
from api.credentials.schema_work import SchemaWork, UnboundedSchema

_MAX_TOLD_WORK: Final = 4_000
"""Evaluations up to which it is told what is wrong: that takes a hundred times as long as finding out that
something is.
"""
_UNTOLD: Final = SchemaViolation("", "", "it breaks a rule of the schema, which is too large to tell which")


class BoundedSchema(CompiledSchema):
    """A schema of somebody who is not known: judging by it takes bounded work (`schema_work`)."""

    def __init__(self, schema: Document) -> None:
        """Compiles it; raises `SchemaError`."""
        try:
            self._work = SchemaWork(schema)
        except UnboundedSchema as error:
            raise SchemaError(SchemaFault.UNBOUNDED, str(error)) from None
        super().__init__(schema)

    def violations(self, document: Document) -> tuple[SchemaViolation, ...]:
        """As of every schema; of a large one only that the document does not conform. Raises `SchemaError`
        where it takes too much work.
        """
        try:
            work = self._work.of(document)
        except UnboundedSchema as error:
            raise SchemaError(SchemaFault.UNBOUNDED, str(error)) from None
        if self._validator.is_valid(document):
            return ()
        return super().violations(document) if work <= _MAX_TOLD_WORK else (_UNTOLD,)
