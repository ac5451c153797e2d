"""Reading a schema that was fetched: bare, or in a credential of its own.

- P1 What is read is remembered: many credentials name one schema, and compiling it takes long. Of the same
  bytes always the same is read.
- P2 A schema credential has the type `JsonSchemaCredential`, and one subject, whose `jsonSchema` is the
  schema.

Source: W3C VC JSON Schema 1.0, §3 and §4.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from api.credentials.bounded_schema import BoundedSchema
from api.credentials.document import Document, DocumentError, as_list, load
from api.credentials.formats.table import UnknownFormatError, read_credential
from api.credentials.schema import SchemaError, SchemaFault
from api.credentials.secured import Secured
from api.credentials.w3c.claims import W3cClaims

REMEMBERED: Final = 16
"""Schemas that are remembered; each has at most a mebibyte."""
CREDENTIAL_TYPE: Final = "JsonSchemaCredential"


@dataclass(frozen=True, slots=True)
class PublishedSchema:
    """A schema, compiled. `secured`: the credential that holds it; None where it is bare."""

    compiled: BoundedSchema
    secured: Secured | None = None


@lru_cache(maxsize=REMEMBERED)
def read_schema(data: bytes) -> PublishedSchema | SchemaError:
    """The JSON Schema that some bytes are; the error says why they are none."""
    try:
        return PublishedSchema(BoundedSchema(load(data)))
    except DocumentError as error:
        return SchemaError(SchemaFault.INVALID, str(error))
    except SchemaError as error:
        return error


@lru_cache(maxsize=REMEMBERED)
def read_schema_credential(data: bytes) -> PublishedSchema | SchemaError:
    """The schema credential that some bytes are (P2), its proofs unverified; the error says why they are
    none.
    """
    try:
        secured = read_credential(data)
        return PublishedSchema(BoundedSchema(_schema_in(secured)), secured)
    except (DocumentError, UnknownFormatError) as error:
        return SchemaError(SchemaFault.INVALID, str(error))
    except SchemaError as error:
        return error


def _schema_in(secured: Secured) -> Document:
    document = secured.claims.document if isinstance(secured.claims, W3cClaims) else {}
    subject = document.get("credentialSubject")
    if CREDENTIAL_TYPE not in as_list(document.get("type")):
        raise SchemaError(SchemaFault.INVALID, f"no credential of the type {CREDENTIAL_TYPE}")
    match subject:
        case {"jsonSchema": dict(schema)}:
            return schema
    raise SchemaError(SchemaFault.INVALID, "its subject has no jsonSchema")
