"""What a credential calls its issuer, its achievement, whom it is about and itself, as it is written.

Of a language value or a list of such the first text is taken. A name of more than 200 characters is cut: it
is shown, and compared with what the registry says.

Source: VC Data Model 2.0, §4.4, §4.6; Open Badges 3.0, Appendix B (`Profile`, `Achievement`,
`AchievementSubject`).
"""

from itertools import islice
from typing import Final

from api.credentials.document import Document, Json, as_list
from api.credentials.excerpt import MAX_DETAIL, shortened
from api.credentials.secured import ClaimedNames
from api.credentials.url import is_url

MAX_HOLDERS: Final = 8
"""Subjects of one credential that are named."""
_BASE_TYPE: Final = "VerifiableCredential"


def holders(document: Document) -> tuple[str, ...]:
    """The URLs that are ids in `credentialSubject`, each once, at most 8."""
    ids = (subject.get("id") for subject in _objects(document.get("credentialSubject")))
    return tuple(islice(dict.fromkeys(name for name in ids if is_url(name)), MAX_HOLDERS))


def claimed_names(document: Document) -> ClaimedNames:
    """What it says of its issuer, its subject and itself."""
    subject = next(iter(_objects(document.get("credentialSubject"))), Document())
    achievement = next(iter(_objects(subject.get("achievement"))), Document())
    issuer = next(iter(_objects(document.get("issuer"))), Document())
    title = _text(achievement.get("name")) or _text(document.get("name"))
    return ClaimedNames(_text(issuer.get("name")), title, _subject_name(subject), _kind(document))


def _subject_name(subject: Document) -> str:
    """Its own, or an identifier of Open Badges that is a name in the clear."""
    for identity in _objects(subject.get("identifier")):
        if identity.get("identityType") == "name" and identity.get("hashed") is False:
            return _text(identity.get("identityHash"))
    return _text(subject.get("name"))


def _kind(document: Document) -> str:
    """The first type that says more than that it is a credential."""
    types = [_text(name) for name in as_list(document.get("type"))]
    return next((name for name in types if name and name != _BASE_TYPE), "")


def _text(found: Json) -> str:
    """The first text of a text, a language value or a list of them; "" where there is none."""
    for named in as_list(found):
        text = named.get("@value") if isinstance(named, dict) else named
        if isinstance(text, str) and text:
            return shortened(text, MAX_DETAIL)
    return ""


def _objects(found: Json) -> list[Document]:
    return [entry for entry in as_list(found) if isinstance(entry, dict)]
