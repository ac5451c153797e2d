"""Whether a credential conforms to the schemas that it names (decision 0128).

Rules:

- C1 A schema that could not be had, is of a draft or kind that is not read here, or takes too much work,
  leaves the question open: another verifier may know.
- C2 Where the credential says which digest the schema has, only those bytes are the schema.
- C3 A schema in a credential of its own counts if a key of that credential's issuer that counts now has
  signed it, and its dates say that it counts now.
- C4 What the deciding proof covers must conform. That it does not makes the credential invalid: its issuer
  signed both.

Source: W3C VC JSON Schema 1.0, §5; 1EdTech Open Badges 3.0, §9.1 (`1EdTechJsonSchemaValidator2019`).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.published_schema import (
    CREDENTIAL_TYPE,
    PublishedSchema,
    read_schema,
    read_schema_credential,
)
from api.credentials.schema import SchemaError
from api.credentials.secured import Claims, SchemaReference, Secured, schema_references
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts, Fetched, is_looked_up
from api.verifier.credential.proofs import judge_proofs, signers_of
from api.verifier.credential.validity import OF_CREDENTIAL, judge_period

_BARE: Final = frozenset({"JsonSchema", "1EdTechJsonSchemaValidator2019"})
_SAYS_WHO_SIGNED: Final = frozenset({Aspect.SIGNATURE, Aspect.KEY, Aspect.ISSUER})


def judge_schemas(claims: Claims, facts: Facts, now_ms: int) -> Iterator[Check]:
    """A check for each schema that was looked up, and for each that could not be; none for what nobody asked
    for.
    """
    for reference in claims.schemas:
        if isinstance(reference, Flaw):
            yield Check.from_flaw(Aspect.SCHEMA, reference)
        elif reference.url in facts.schemas:
            yield _judge(reference, claims, facts, now_ms)


def schema_signers(claims: Claims, facts: Facts) -> tuple[str, ...]:
    """The DIDs of those who issued or signed the schema credentials among the facts, each once."""
    signers: list[str] = []
    for reference in schema_references(claims):
        found = facts.schemas.get(reference.url)
        if isinstance(found, Fetched) and reference.type == CREDENTIAL_TYPE:
            read = read_schema_credential(found.data)
            if isinstance(read, PublishedSchema) and read.secured is not None:
                signers += _signers(read.secured)
    return tuple(dict.fromkeys(signers))


def _signers(secured: Secured) -> tuple[str, ...]:
    issuer = secured.claims.issuer
    own = (issuer,) if issuer is not None and is_looked_up(issuer) else ()
    return (*own, *signers_of(secured))


def _judge(reference: SchemaReference, claims: Claims, facts: Facts, now_ms: int) -> Check:
    found = facts.schemas[reference.url]
    if isinstance(found, Flaw):
        return Check.from_flaw(Aspect.SCHEMA, found)
    if reference.digest is not None and reference.digest != found.sha256:
        return _check(reference, CredentialFlaw.SCHEMA_CHANGED, f"it is {found.sha256.hex()}")
    if reference.type in _BARE:
        read = read_schema(found.data)
    elif reference.type == CREDENTIAL_TYPE:
        read = read_schema_credential(found.data)
    else:
        return _check(reference, CredentialFlaw.SCHEMA_UNSUPPORTED, excerpt(reference.type))
    if isinstance(read, SchemaError):
        return _unusable(reference, read)
    flaw = None if read.secured is None else _unproved(read.secured, facts, now_ms)
    return _check(reference, flaw.reason, flaw.detail) if flaw else _conform(reference, claims, read)


def _unproved(secured: Secured, facts: Facts, now_ms: int) -> Flaw | None:
    """Why a schema credential does not count (C3)."""
    of_schema = replace(facts, has_anchor_proof=False, anchored_ms=None, anchor_fault="")
    proofs = judge_proofs(secured, of_schema, now_ms).checks
    own = [check for check in proofs if check.aspect in _SAYS_WHO_SIGNED]
    dates = [*judge_period(secured.claims.period, OF_CREDENTIAL, now_ms)]
    flawed = next((check for check in (*own, *dates) if check.reason is not None), None)
    if flawed is not None:
        return Flaw(CredentialFlaw.SCHEMA_UNPROVED, flawed.told)
    if not any(check.aspect is Aspect.SIGNATURE for check in own):
        return Flaw(CredentialFlaw.SCHEMA_UNPROVED, "no key of its issuer is known")
    return None


def _conform(reference: SchemaReference, claims: Claims, schema: PublishedSchema) -> Check:
    """C4."""
    try:
        violations = claims.violations(schema.compiled)
    except SchemaError as error:
        return _unusable(reference, error)
    if not violations:
        return _check(reference, None, excerpt(reference.url))
    more = f"and {len(violations) - 1} more" if len(violations) > 1 else ""
    first = violations[0]
    return _check(reference, CredentialFlaw.SCHEMA_VIOLATED, first.path, first.message, more)


def _unusable(reference: SchemaReference, error: SchemaError) -> Check:
    """C1."""
    return _check(reference, CredentialFlaw.SCHEMA_UNSUPPORTED, error.fault.sentence, error.detail)


def _check(reference: SchemaReference, reason: CredentialFlaw | None, *told: str) -> Check:
    return Check(Aspect.SCHEMA, reason, detail_of(reference.place, *told))
