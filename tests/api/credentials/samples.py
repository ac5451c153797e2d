"""One complete micro-credential for the tests of its formats."""

from dataclasses import replace

from api.credentials.document import Document
from api.credentials.multikey import key_text
from api.credentials.open_badges import (
    Award,
    AwardingBody,
    AwardStatus,
    Concept,
    Learner,
    MicroCredential,
    StatusEntryPurpose,
    open_badge,
)
from registry.primitives import ed25519


def did_key(public_key: bytes) -> str:
    """The did:key (method 0.7) of a public key: a DID that needs no registry."""
    return f"did:key:{key_text(public_key)}"


def did_key_method(public_key: bytes) -> str:
    """The DID URL of the one verification method of a did:key, whose fragment repeats the key."""
    text = key_text(public_key)
    return f"did:key:{text}#{text}"


SEED = bytes([7]) * 32
PUBLIC_KEY = ed25519.public_key(SEED)
METHOD = did_key_method(PUBLIC_KEY)
CREATED = "2026-01-31T12:00:00Z"
LIST_URL = "https://registry.example/v1/publications/status/5"

BODY = AwardingBody(
    did_key(PUBLIC_KEY), "University of Porto Alto", "PT", "PT-13", "https://porto-alto.example"
)
MICRO_CREDENTIAL = MicroCredential(
    id="https://porto-alto.example/offerings/hydrology-1",
    title="Applied hydrology",
    description="Field methods for small catchments.",
    criteria="Passing the field report and the oral examination.",
    learning_outcomes=("Measures discharge by three methods", "Judges the uncertainty of a rating curve"),
    ects_tenths=25,
    eqf_level=6,
    assessment=Concept("urn:example:assessment:oral", "Oral examination"),
    participation=Concept("urn:example:participation:blended", "Blended"),
    quality_assurance=Concept("urn:example:quality:institutional", "Institutional accreditation"),
    prerequisites=("Calculus",),
    supervision=Concept("urn:example:supervision:onsite", "Supervised on site, identity checked"),
    stackability="Counts towards the master's degree in water engineering",
    further_information="https://porto-alto.example/offerings/hydrology-1/more",
)
AWARD = Award(
    id="urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b77",
    learner=Learner(id="did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi", name="Zoë Example"),
    valid_from=CREATED,
    schema_url="https://registry.example/v1/schemas/micro-credential/1.0.0",
    statuses=(AwardStatus(LIST_URL, StatusEntryPurpose.REVOCATION, 1023),),
    valid_until="2031-01-31T12:00:00Z",
    grade="17",
)


def credential() -> Document:
    """A fresh unsigned credential with every optional element."""
    return open_badge(BODY, MICRO_CREDENTIAL, AWARD)


def smallest() -> Document:
    """A fresh unsigned credential with no optional element."""
    micro_credential = replace(
        MICRO_CREDENTIAL, prerequisites=(), supervision=None, stackability=None, further_information=None
    )
    award = replace(AWARD, learner=Learner(id="urn:learner:1"), valid_until=None, grade=None)
    return open_badge(replace(BODY, region=None, url=None), micro_credential, award)
