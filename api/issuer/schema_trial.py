"""What is found out about a schema before it is published: afterwards no byte of it can be changed
(decision 0089).

A schema is *unusable* where it is sure that no credential can be signed under it: it cannot be read, it
contradicts itself, or it does not allow what every credential holds. Otherwise it is tried on an example,
unsigned and signed: how the example falls short may be what the schema is for, or a mistake in it, and only
its author knows.
"""

from dataclasses import dataclass
from typing import Final

from api.credentials.document import DocumentError, load
from api.credentials.formats.table import read_credential
from api.credentials.schema import CompiledSchema, SchemaError, SchemaViolation
from api.credentials.schema_contradiction import SIGNED, UNSIGNED, contradiction
from api.credentials.secured import Claims, UnsignedCredential
from api.issuer.key import SeedKey
from registry.primitives.reason import as_clause

_CREATED: Final = "2026-01-01T00:00:00Z"
_TRIAL_SEED: Final = bytes(32)
"""Signs examples to see how they look when they are signed; no credential."""
_WITHOUT_PROOF: Final = "before it is signed, no credential conforms"
_WITH_PROOF: Final = "once it is signed, no credential conforms"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found. `unusable` says why no credential can be signed under the schema, "" where nothing is
    known against it; `do` what to do about it. `violations`: how the example falls short, unsigned or signed.
    """

    unusable: str = ""
    do: str = ""
    violations: tuple[SchemaViolation, ...] = ()


def try_schema(content: bytes, example: UnsignedCredential) -> Trial:
    """Whether credentials can be signed under a schema, as far as that can be seen (see above). Raises
    DocumentError where the example, once it is signed, is more than can be read.
    """
    try:
        document = load(content)
    except DocumentError as error:
        return Trial(f"not every reader takes it: {as_clause(str(error))}", as_clause(error.fault.remedy))
    try:
        schema = CompiledSchema(document)
    except SchemaError as error:
        return Trial(*fault_of(error))
    for held, when in ((UNSIGNED, _WITHOUT_PROOF), (SIGNED, _WITH_PROOF)):
        if found := contradiction(document, held=held):
            place = f" at {found.path}" if found.path else ""
            return Trial(f"{when}:{place} {found.reason}", "correct what is named")
    violations = dict.fromkeys((*example.claims.violations(schema), *_signed(example).violations(schema)))
    return Trial(violations=tuple(violations))


def _signed(example: UnsignedCredential) -> Claims:
    """What an example says once it is signed."""
    key = SeedKey(f"{example.claims.issuer or 'did:web:example.edu'}#credentials-1", _TRIAL_SEED)
    return read_credential(example.signed(key.sign, key=key.id, created=_CREATED)).claims


def fault_of(error: SchemaError) -> tuple[str, str]:
    """Why a schema cannot be used, in words, and what to do."""
    return f"{as_clause(error.fault.sentence)}: {error.detail}", as_clause(error.fault.remedy)


def violation_told(violation: SchemaViolation) -> str:
    """A violation in a line for people."""
    return f"{violation.path or 'the whole'}: {violation.message}"
