"""A micro-credential as an Open Badges 3.0 `OpenBadgeCredential` on the W3C data model 2.0.

It holds the elements of the EU Council Recommendation on micro-credentials (2022/C 243/02), Annex I. Where
Open Badges has a place for an element, that place is used; where it has none, a term of the European
Learning Model is, or one of our own, each defined in the document's own `@context`: a term that no context
defines could be changed after signing without breaking an RDF signature.

| Annex I | where |
| --- | --- |
| learner | `credentialSubject.id`, `.identifier` |
| title | `achievement.name` |
| country or region of the issuer | `issuer.address` |
| awarding body | `issuer.id`, `.name` |
| date of issuing | `validFrom` |
| learning outcomes | `achievement.learningOutcome` |
| workload | `achievement.creditPoint` (ECTS) |
| level | `achievement.alignment` to the EQF |
| type of assessment | `achievement.assessment` |
| form of participation | `achievement.participation` |
| type of quality assurance | `achievement.qualityAssurance` |
| optional: prerequisites | `achievement.prerequisite` |
| optional: supervision and identity check | `achievement.supervision` |
| optional: integration and stackability | `achievement.stackability` |
| optional: further information | `achievement.furtherInformation` |
| optional: grade | `credentialSubject.result` |

Sources: Open Badges 3.0 (1EdTech), VC Data Model 2.0, Bitstring Status List 1.0 §2.1, VC JSON Schema §2.1.
"""

from dataclasses import dataclass
from enum import StrEnum

from api.credentials.document import Document, Json
from api.credentials.w3c.base_context import V2_CONTEXT

OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
EQF = "http://data.europa.eu/snb/eqf/"

_ELM = "http://data.europa.eu/snb/model/elm/"
_OWN = "urn:matricula:micro-credential:"
_CONCEPT_CONTEXT: Json = {"id": "@id", "type": "@type", "name": "https://schema.org/name"}


def _concept_term(iri: str) -> Json:
    return {"@id": iri, "@context": _CONCEPT_CONTEXT}


OWN_CONTEXT: Document = {
    "creditPoint": {
        "@id": f"{_ELM}creditPoint",
        "@context": {"framework": {"@id": f"{_ELM}framework", "@type": "@id"}, "point": f"{_ELM}point"},
    },
    "learningOutcome": {"@id": f"{_ELM}learningOutcome", "@container": "@set"},
    "participation": _concept_term(f"{_ELM}mode"),
    "assessment": _concept_term(f"{_OWN}assessment"),
    "qualityAssurance": _concept_term(f"{_OWN}quality-assurance"),
    "supervision": _concept_term(f"{_OWN}supervision"),
    "prerequisite": {"@id": f"{_OWN}prerequisite", "@container": "@set"},
    "stackability": f"{_OWN}stackability",
    "furtherInformation": {"@id": f"{_OWN}further-information", "@type": "@id"},
}


class StatusEntryPurpose(StrEnum):
    """What a set bit in a status list says."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Concept:
    """A term of a controlled vocabulary: its URI and its name in the credential's language."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class AwardingBody:
    """Who awards. `country` is an ISO 3166-1 alpha-2 code; `region` a name or code within it."""

    did: str
    name: str
    country: str
    region: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MicroCredential:
    """What was learnt, without a learner. `ects_tenths` is the workload in tenths of an ECTS credit,
    `eqf_level` 1 to 8.
    """

    id: str
    title: str
    description: str
    criteria: str
    learning_outcomes: tuple[str, ...]
    ects_tenths: int
    eqf_level: int
    assessment: Concept
    participation: Concept
    quality_assurance: Concept
    prerequisites: tuple[str, ...] = ()
    supervision: Concept | None = None
    stackability: str | None = None
    further_information: str | None = None


@dataclass(frozen=True, slots=True)
class Learner:
    """Whose achievement it is: an identifier that the learner controls, a name, or both. Neither ever
    reaches the ledger.
    """

    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AwardStatus:
    """A place in a status list: the list credential's URL, its purpose, and the index (0 is the left-most
    bit).
    """

    list_url: str
    purpose: StatusEntryPurpose
    index: int


@dataclass(frozen=True, slots=True)
class Award:
    """One learner's award. Times are XML Schema dateTimeStamps; `schema_url` is where the credential's JSON
    Schema is served.
    """

    id: str
    learner: Learner
    valid_from: str
    schema_url: str
    statuses: tuple[AwardStatus, ...]
    valid_until: str | None = None
    grade: str | None = None


def open_badge(body: AwardingBody, micro_credential: MicroCredential, award: Award) -> Document:
    """The unsigned credential. Its form is the schema's business (`schema.violations`), its signature
    `eddsa_jcs.sign`'s.
    """
    document: Document = {
        "@context": [V2_CONTEXT, OPEN_BADGES_CONTEXT, OWN_CONTEXT],
        "id": award.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": micro_credential.title,
        "issuer": _issuer(body),
        "validFrom": award.valid_from,
        "credentialSubject": _subject(micro_credential, award),
        "credentialSchema": [{"id": award.schema_url, "type": "JsonSchema"}],
        "credentialStatus": [_status(entry) for entry in award.statuses],
    }
    if award.valid_until is not None:
        document["validUntil"] = award.valid_until
    return document


def _issuer(body: AwardingBody) -> Document:
    address: Document = {"type": ["Address"], "addressCountryCode": body.country}
    if body.region is not None:
        address["addressRegion"] = body.region
    issuer: Document = {"id": body.did, "type": ["Profile"], "name": body.name, "address": address}
    if body.url is not None:
        issuer["url"] = body.url
    return issuer


def _subject(micro_credential: MicroCredential, award: Award) -> Document:
    subject: Document = {"type": ["AchievementSubject"], "achievement": _achievement(micro_credential)}
    if award.learner.id is not None:
        subject["id"] = award.learner.id
    if award.learner.name is not None:
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "identityHash": award.learner.name,
                "identityType": "name",
                "hashed": False,
            }
        ]
    if award.grade is not None:
        subject["result"] = [{"type": ["Result"], "value": award.grade}]
    return subject


def _achievement(micro_credential: MicroCredential) -> Document:
    level = f"{EQF}{micro_credential.eqf_level}"
    achievement: Document = {
        "id": micro_credential.id,
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": micro_credential.title,
        "description": micro_credential.description,
        "criteria": {"narrative": micro_credential.criteria},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": f"EQF level {micro_credential.eqf_level}",
                "targetUrl": level,
                "targetFramework": "European Qualifications Framework",
                "targetCode": str(micro_credential.eqf_level),
            }
        ],
        "creditPoint": {"framework": ECTS, "point": credit_text(micro_credential.ects_tenths)},
        "learningOutcome": list(micro_credential.learning_outcomes),
        "assessment": _concept(micro_credential.assessment),
        "participation": _concept(micro_credential.participation),
        "qualityAssurance": _concept(micro_credential.quality_assurance),
    }
    if micro_credential.prerequisites:
        achievement["prerequisite"] = list(micro_credential.prerequisites)
    if micro_credential.supervision is not None:
        achievement["supervision"] = _concept(micro_credential.supervision)
    if micro_credential.stackability is not None:
        achievement["stackability"] = micro_credential.stackability
    if micro_credential.further_information is not None:
        achievement["furtherInformation"] = micro_credential.further_information
    return achievement


def credit_text(tenths: int) -> str:
    """Tenths of a credit as decimal text, never a float: 25 is `2.5`, 30 is `3`."""
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def _concept(concept: Concept) -> Document:
    return {"id": concept.id, "name": concept.name}


def _status(entry: AwardStatus) -> Document:
    return {
        "id": f"{entry.list_url}#{entry.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": entry.purpose.value,
        "statusListIndex": str(entry.index),
        "statusListCredential": entry.list_url,
    }
