"""Who signed what was fetched for a credential: the DIDs to look up before that can be judged."""

from api.credentials.secured import Claims
from api.verifier.credential.facts import Facts


def signers_of_published(claims: Claims, facts: Facts) -> tuple[str, ...]:
    """The DIDs of those who signed the lists and schemas that a credential names, each once."""
    return ()
