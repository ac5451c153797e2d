"""The canonical N-Quads of a JSON-LD document: what is hashed where a proof covers its meaning."""

from api.credentials.contexts.library import CONTEXTS, ContextLibrary
from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw
from api.credentials.linked_data.canonical import canonical_nquads
from api.credentials.linked_data.expansion import expand
from api.credentials.linked_data.quads import quads_of
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget


def canonical_form(document: Document, budget: WorkBudget, library: ContextLibrary = CONTEXTS) -> bytes:
    """The canonical N-Quads of a document; raises `LinkedDataError` where it has none here."""
    try:
        return canonical_nquads(quads_of(expand(document, library, budget), budget), budget)
    except UnicodeEncodeError:
        raise LinkedDataError(CredentialFlaw.MEMBER, "a text is not well-formed Unicode") from None
