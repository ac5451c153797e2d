"""Whether a credential conforms to the schemas that it names."""

from collections.abc import Iterator

from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import Claims, SchemaReference
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts


def judge_schemas(claims: Claims, facts: Facts) -> Iterator[Check]:
    """A check for each schema that was looked up, and for each that could not be; none for what nobody asked
    for.
    """
    for reference in claims.schemas:
        if isinstance(reference, Flaw):
            yield Check.from_flaw(Aspect.SCHEMA, reference)
        elif reference.url in facts.schemas:
            yield _judge(reference, facts)


def _judge(reference: SchemaReference, facts: Facts) -> Check:
    found = facts.schemas[reference.url]
    if isinstance(found, Flaw):
        return Check.from_flaw(Aspect.SCHEMA, found)
    told = detail_of(reference.place, excerpt(reference.type))
    return Check(Aspect.SCHEMA, CredentialFlaw.SCHEMA_UNSUPPORTED, told)
