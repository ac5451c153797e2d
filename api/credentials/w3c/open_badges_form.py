"""What a credential holds that calls itself an open badge, an endorsement or a learner record, judged apart
from its proofs by a JSON Schema of our own (decision 0129).

Rules:

- O1 The types of a credential choose the definition: `AchievementCredential` (also called
  `OpenBadgeCredential`), `EndorsementCredential`, `ClrCredential`. A credential of several of these types has
  the form of each.
- O2 A credential in the context of Open Badges that is about an `AchievementSubject` calls itself an open
  badge, or holds what is said of nobody's achievement.
- O3 What the tables of the specification do not have may stand anywhere; that a term means something is asked
  where the context is read. What may stand several times may stand alone, as JSON-LD has it.
- O4 The vocabularies of identity types and achievement types are not enforced: they differ between the
  versions of Open Badges 3.0, and say nothing about the form.
- O5 A credential of the data model 2.0 has a `validFrom`.

The credentials in a learner record are judged each by itself: `api.credentials.presentation`.

Source: Open Badges 3.0 (1EdTech), Appendix B, Data Models; CLR Standard 2.0 (1EdTech), Data Models.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from api.credentials.document import Document, as_list
from api.credentials.excerpt import detail_of
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.schema import CompiledSchema
from api.credentials.w3c.base_context import V2_CONTEXT

SCHEMA_FILE: Final = "open-badges.v1.json"
BADGE_CONTEXTS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/"
"""How the URLs of the contexts of Open Badges 3.0 begin."""

_BADGE: Final = "AchievementCredential"
_DEFINITIONS: Final = {
    "OpenBadgeCredential": _BADGE,
    _BADGE: _BADGE,
    "EndorsementCredential": "EndorsementCredential",
    "ClrCredential": "ClrCredential",
}
"""The types that choose a definition (O1)."""
_SUBJECT: Final = "AchievementSubject"


def structure_flaws(document: Document) -> Iterator[Flaw]:
    """Where a document falls short of what it calls itself; nothing for a credential of another kind. Each is
    told with its place, a JSON Pointer.
    """
    types = _texts(document.get("type"))
    names = {_DEFINITIONS[name]: None for name in types if name in _DEFINITIONS}
    for name in names:
        for violation in _schema(name).violations(document):
            yield Flaw(CredentialFlaw.MEMBER, detail_of(violation.path, violation.message))
    if names and V2_CONTEXT in as_list(document.get("@context")) and "validFrom" not in document:
        yield Flaw(CredentialFlaw.MEMBER, "/validFrom is missing")
    if not names and "VerifiableCredential" in types and _is_about_achievement(document):
        yield Flaw(CredentialFlaw.TYPE, f"/type names neither {_BADGE} nor OpenBadgeCredential")


@cache
def _schema(name: str) -> CompiledSchema:
    """One definition, as a schema of its own."""
    content = json.loads((resources.files("api.credentials") / "schemas" / SCHEMA_FILE).read_bytes())
    return CompiledSchema({**content, "$ref": f"#/$defs/{name}"})


def _is_about_achievement(document: Document) -> bool:
    """O2."""
    contexts = _texts(document.get("@context"))
    subjects = as_list(document.get("credentialSubject"))
    return any(name.startswith(BADGE_CONTEXTS) for name in contexts) and any(
        isinstance(subject, dict) and _SUBJECT in _texts(subject.get("type")) for subject in subjects
    )


def _texts(found: object) -> list[str]:
    listed = found if isinstance(found, list) else [found]
    return [name for name in listed if isinstance(name, str)]
