"""A credential judged with nothing looked up: what a DID says of itself is known, and all else is told as out
of reach.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.credentials.did_methods.fault import DidError
from api.credentials.did_methods.table import flaw_of, keys_in_did
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.table import read_credential
from api.credentials.secured import Secured
from api.verifier.credential import Check, Facts, judge, needs_of, overall
from api.verifier.credential.facts import Identity
from api.verifier.verdict import Outcome

NOW_MS: Final = 1_795_824_000_000
"""2026-11-28T00:00:00Z: the verdicts are as of then."""


@dataclass(frozen=True)
class JudgedVector:
    """A vector and what was found: `name` within the folder of credentials."""

    name: str
    checks: tuple[Check, ...]

    @property
    def outcome(self) -> Outcome:
        return overall(self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of all that is not valid, each once, what decides first."""
        found = [check for check in self.checks if check.code is not None]
        found.sort(key=lambda check: check.outcome is not self.outcome)
        return tuple(dict.fromkeys(str(check.code) for check in found))


def judged_vectors(folder: Path) -> Iterator[JudgedVector]:
    """All credentials of the folder of vectors, by name."""
    credentials = folder / "credentials"
    for file in sorted(credentials.glob("*/*.json")):
        yield JudgedVector(f"{file.parent.name}/{file.name}", judged_offline(file.read_bytes()))


def judged_offline(data: bytes) -> tuple[Check, ...]:
    """All checks of one credential."""
    credential = read_credential(data)
    return judge(credential, facts_offline(credential), now_ms=NOW_MS)


def facts_offline(credential: Secured) -> Facts:
    """What is known without asking anybody."""
    needs = needs_of(credential)
    return Facts(
        {did: _identity(did) for did in needs.dids},
        {},
        NOW_MS,
        published={url: Flaw(CredentialFlaw.STATUS_UNREACHABLE, url[:100]) for url in needs.list_urls},
        schemas={url: Flaw(CredentialFlaw.SCHEMA_UNREACHABLE, url[:100]) for url in needs.schema_urls},
    )


def _identity(did: str) -> Identity:
    if did.startswith("did:web:"):
        return Flaw(CredentialFlaw.DID_UNREACHABLE, did[:100])
    try:
        return keys_in_did(did)
    except DidError as error:
        return flaw_of(did, error)
