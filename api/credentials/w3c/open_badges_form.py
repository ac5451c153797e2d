"""The types that Open Badges 3.0 asks for in a credential that calls itself an open badge.

Nothing else of Open Badges is judged here: what a badge must hold beyond that is a schema's business.

Source: Open Badges Specification 3.0 (1EdTech), Appendix B, Data Models.
"""

from collections.abc import Iterator
from typing import Final

from api.credentials.document import Document, Json, as_list, each_with_place

_BADGES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_TYPES: Final = {
    ("evidence",): "Evidence",
    ("issuer",): "Profile",
    ("issuer", "otherIdentifier"): "IdentifierEntry",
    ("issuer", "parentOrg"): "Profile",
    ("credentialSubject",): "AchievementSubject",
    ("credentialSubject", "identifier"): "IdentityObject",
    ("credentialSubject", "source"): "Profile",
    ("credentialSubject", "result"): "Result",
    ("credentialSubject", "achievement"): "Achievement",
    ("credentialSubject", "achievement", "alignment"): "Alignment",
    ("credentialSubject", "achievement", "creator"): "Profile",
    ("credentialSubject", "achievement", "otherIdentifier"): "IdentifierEntry",
    ("credentialSubject", "achievement", "resultDescription"): "ResultDescription",
}
"""Members whose objects, alone or in a list, are of a type; a URL in place of an object is left alone."""


def wrong_types(document: Document) -> Iterator[tuple[str, str]]:
    """The objects of an open badge that are not of the type asked for: the JSON Pointer of each, and the
    type.
    """
    if not any(isinstance(name, str) and name in _BADGES for name in as_list(document.get("type"))):
        return
    for steps, wanted in _TYPES.items():
        for place, found in _objects(document, steps, ""):
            if wanted not in as_list(found.get("type")):
                yield place, wanted


def _objects(found: Json, steps: tuple[str, ...], place: str) -> Iterator[tuple[str, Document]]:
    if isinstance(found, list):
        for where, inner in each_with_place(found, place):
            yield from _objects(inner, steps, where)
    elif isinstance(found, dict) and not steps:
        yield place, found
    elif isinstance(found, dict) and steps[0] in found:
        yield from _objects(found[steps[0]], steps[1:], f"{place}/{steps[0]}")
