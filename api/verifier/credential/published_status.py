"""Status lists that are kept outside the registry."""

from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import StatusEntry
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts


def judge_published(entry: StatusEntry, issuer: str | None, facts: Facts, now_ms: int) -> Check:
    """The check of an entry whose list is not of the registry. `issuer` is the credential's."""
    told = f"{entry.place} is kept at {excerpt(entry.list_url)}"
    found = facts.published.get(entry.list_url)
    if found is None:
        hint = "a URL with a query or fragment names no list of the registry"
        return Check(
            Aspect.STATUS,
            CredentialFlaw.STATUS_ELSEWHERE,
            detail_of(told, hint if "?" in entry.list_url or "#" in entry.list_url else ""),
        )
    if isinstance(found, Flaw):
        return Check.from_flaw(Aspect.STATUS, found)
    return Check(Aspect.STATUS, CredentialFlaw.STATUS_TYPE_UNSUPPORTED, detail_of(told, entry.method))
