"""The cryptosuites that are verified. Another one that hashes in one of these forms is one more line."""

from typing import Final

from api.credentials.document import Document
from api.credentials.formats.data_integrity.suite import CanonicalForm, Suite
from api.credentials.public_key import KeyAlgorithm

EDDSA_JCS: Final = Suite("eddsa-jcs-2022", KeyAlgorithm.ED25519, CanonicalForm.JCS)
"""Source: W3C Data Integrity EdDSA Cryptosuites 1.0, §3.3."""

EDDSA_RDFC: Final = Suite("eddsa-rdfc-2022", KeyAlgorithm.ED25519, CanonicalForm.RDFC)
"""The one that most software for Open Badges knows. Source: the same, §3.2."""

ED25519_2020: Final = Suite(
    "Ed25519Signature2020", KeyAlgorithm.ED25519, CanonicalForm.RDFC, has_own_type=True
)
"""As proofs were made before cryptosuites had names. Source: the drafts of the same, §3.4."""

ECDSA_RDFC: Final = Suite("ecdsa-rdfc-2019", KeyAlgorithm.P256, CanonicalForm.RDFC)
"""With P-256 alone: with a P-384 key it hashes by SHA-384. Source: W3C Data Integrity ECDSA Cryptosuites 1.0,
§3.2.
"""

ECDSA_JCS: Final = Suite("ecdsa-jcs-2019", KeyAlgorithm.P256, CanonicalForm.JCS)
"""With P-256 alone. Source: the same, §3.3."""

SUITES: Final[tuple[Suite, ...]] = (EDDSA_JCS, EDDSA_RDFC, ECDSA_RDFC, ECDSA_JCS, ED25519_2020)


def suite_of(proof: Document) -> Suite | None:
    """The suite that a proof names; None where it is not known here."""
    return next((suite for suite in SUITES if suite.is_of(proof)), None)


def suite_named(name: str) -> Suite:
    """The suite of a name; raises ValueError for one that is not known here."""
    for suite in SUITES:
        if suite.name == name:
            return suite
    raise ValueError(f"no cryptosuite known here: {name}")
