"""A registrar's desk: one institution's keys, and what it signs with them."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from api.answer.question import RecordQuestion, StatusListQuestion
from api.base64url import to_text
from api.client.paths import public_url
from api.credentials.anchoring import AnchorProof, Batch, batch, credential_hash
from api.credentials.document import Document
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.open_badges import (
    Award,
    AwardingBody,
    Learner,
    MicroCredential,
    StatusEntry,
    StatusPurpose,
    open_badge,
)
from api.credentials.schema import micro_credential as micro_credential_schema
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.setup.config import INSTITUTION_FRAGMENT
from node.setup.localnet import PASSPHRASE, LocalNode
from registry.build import OwnedKey, TransactionBuilder
from registry.kinds.did.record import Purpose
from registry.kinds.schema.record import SCHEMA_RECORD, schema_id
from registry.kinds.status_list.record import status_list_id
from registry.primitives import ed25519

VALID_FOR_MS = 10 * 60 * 1000
LIST_NAME = "revocations"
SCHEMA_NAME = "micro-credential"
SCHEMA_VERSION = "1.0.0"
CREDENTIAL_FRAGMENT = "credentials"
TRANSACTION_FRAGMENT = "registrar"


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed credential, its place in the status list, and, once anchored, its proof of existence."""

    credential: Document
    index: int
    learner: str


class Desk:
    """One institution in the demonstration. `did` is the issuing DID that it registers."""

    def __init__(self, node: LocalNode, genesis_hash: bytes) -> None:
        self.node = node
        self.profile = node.profile
        self.did = f"{node.profile.did}:badges"
        self.list_id = status_list_id(self.did, LIST_NAME)
        self.schema_id = schema_id(self.did, SCHEMA_NAME)
        self._genesis_hash = genesis_hash
        keys = node.folder / "keys"
        self._institution_seed = open_key(
            keys / "institution.key", KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL
        )
        self._credential_seed, self._transaction_seed = os.urandom(32), os.urandom(32)

    def builder(self) -> TransactionBuilder:
        """An empty transaction of this network."""
        return TransactionBuilder(self._genesis_hash, os.urandom(16))

    def registration(self, now_ms: int) -> bytes:
        """The transaction that registers the issuing DID with its two keys, sponsored by the institution."""
        builder = self.builder()
        keys = (
            OwnedKey(CREDENTIAL_FRAGMENT, Purpose.ASSERTION_METHOD, self._credential_seed),
            OwnedKey(TRANSACTION_FRAGMENT, Purpose.CAPABILITY_INVOCATION, self._transaction_seed),
        )
        builder.register_did(self.profile.did, keys, did=self.did)
        key_id = f"{self.profile.did}#{INSTITUTION_FRAGMENT}"
        return builder.sign(key_id, self._institution_seed, now_ms + VALID_FOR_MS)

    def sign(self, builder: TransactionBuilder, now_ms: int) -> bytes:
        """The transaction, signed by the issuing DID's transaction key."""
        return builder.sign(
            f"{self.did}#{TRANSACTION_FRAGMENT}", self._transaction_seed, now_ms + VALID_FOR_MS
        )

    def issue(self, micro_credential: MicroCredential, learner: Learner, index: int, now_ms: int) -> Issued:
        """A credential for one learner, signed with eddsa-jcs-2022.

        Raises ValueError where it does not conform to the micro-credential schema.
        """
        now = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        list_url = public_url(self.node.api_url, StatusListQuestion(self.list_id))
        unsigned = open_badge(
            AwardingBody(self.did, self.profile.name, self.profile.country),
            micro_credential,
            Award(
                id=f"urn:example:credential:{to_text(os.urandom(12))}",
                learner=learner,
                valid_from=now,
                schema_url=public_url(self.node.api_url, RecordQuestion(SCHEMA_RECORD.name, self.schema_id)),
                statuses=(StatusEntry(list_url, StatusPurpose.REVOCATION, index),),
            ),
        )
        violations = micro_credential_schema().violations(unsigned)
        if violations:
            raise ValueError(f"the credential does not conform to the schema: {violations[0]}")
        method = f"{self.did}#{CREDENTIAL_FRAGMENT}"
        signed = eddsa_jcs.sign(
            unsigned, ed25519.signing_with(self._credential_seed), verification_method=method, created=now
        )
        return Issued(signed, index, learner.name or "")


def anchored(issued: list[Issued]) -> tuple[Batch, dict[str, AnchorProof]]:
    """A batch over credentials, and each one's proof by the credential's id."""
    made = batch([credential_hash(each.credential) for each in issued], os.urandom)
    return made, {str(each.credential["id"]): proof for each, proof in zip(issued, made.proofs, strict=True)}
