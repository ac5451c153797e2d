"""A registrar's desk: one institution's keys, and what it signs with them."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

from api.answer.question import RecordQuestion
from api.base64url import to_text
from api.client.paths import public_url
from api.credentials.formats.table import read_credential, read_draft
from api.credentials.list_url import published_url
from api.credentials.open_badges import (
    Award,
    AwardingBody,
    AwardStatus,
    Learner,
    MicroCredential,
    StatusEntryPurpose,
    open_badge,
)
from api.credentials.schema import micro_credential as micro_credential_schema
from api.credentials.secured import Secured, UnsignedCredential
from api.credentials.timestamp import second_text
from api.issuer.anchor_record import AnchorRoot
from api.issuer.anchoring import new_batch
from api.issuer.keeping import KeptProof
from api.issuer.key import SeedKey
from api.issuer.recording import Change
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.setup.config import INSTITUTION_FRAGMENT
from node.setup.localnet import PASSPHRASE, LocalNode
from registry.build import OwnedKey
from registry.kinds.did.record import Purpose
from registry.kinds.schema.record import SCHEMA_RECORD, schema_id
from registry.kinds.status_list.record import status_list_id
from registry.transaction import NONCE_SIZE

LIST_NAME = "revocations"
SCHEMA_NAME = "micro-credential"
SCHEMA_VERSION = "1.0.0"
CREDENTIAL_FRAGMENT = "credentials"
TRANSACTION_FRAGMENT = "registrar"


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed credential, and its place in the status list."""

    credential: Secured
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
        file = node.folder / "keys" / "institution.key"
        seed = open_key(file, KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL)
        self._institution_key = SeedKey(f"{node.profile.did}#{INSTITUTION_FRAGMENT}", seed)
        self._credential_key = SeedKey(f"{self.did}#{CREDENTIAL_FRAGMENT}", os.urandom(32))
        self._transaction_key = SeedKey(f"{self.did}#{TRANSACTION_FRAGMENT}", os.urandom(32))

    def change(self) -> Change:
        """An empty transaction of this network, to be signed by the issuing DID's transaction key."""
        return Change(self._genesis_hash, os.urandom(NONCE_SIZE), self._transaction_key)

    def registration(self) -> Change:
        """The transaction that registers the issuing DID with its two keys, sponsored by the institution."""
        change = Change(self._genesis_hash, os.urandom(NONCE_SIZE), self._institution_key)
        keys = (
            OwnedKey(CREDENTIAL_FRAGMENT, Purpose.ASSERTION_METHOD, self._credential_key.seed),
            OwnedKey(TRANSACTION_FRAGMENT, Purpose.CAPABILITY_INVOCATION, self._transaction_key.seed),
        )
        change.builder.register_did(self.profile.did, keys, did=self.did)
        return change

    def issue(self, micro_credential: MicroCredential, learner: Learner, index: int, now_ms: int) -> Issued:
        """A credential for one learner, signed.

        Raises ValueError where it does not conform to the micro-credential schema.
        """
        now = second_text(now_ms)
        draft = self._draft(micro_credential, learner, index, now)
        violations = draft.claims.violations(micro_credential_schema())
        if violations:
            raise ValueError(f"the credential does not conform to the schema: {violations[0]}")
        key = self._credential_key
        content = draft.signed(key.sign, key=key.id, created=now)
        return Issued(read_credential(content), index, learner.name or "")

    def _draft(
        self, micro_credential: MicroCredential, learner: Learner, index: int, now: str
    ) -> UnsignedCredential:
        list_url = published_url(self.node.api_url, self.list_id)
        award = Award(
            id=f"urn:example:credential:{to_text(os.urandom(12))}",
            learner=learner,
            valid_from=now,
            schema_url=public_url(self.node.api_url, RecordQuestion(SCHEMA_RECORD.name, self.schema_id)),
            statuses=(AwardStatus(list_url, StatusEntryPurpose.REVOCATION, index),),
        )
        body = AwardingBody(self.did, self.profile.name, self.profile.country)
        return read_draft(json.dumps(open_badge(body, micro_credential, award)).encode())

    def anchored(self, issued: Sequence[Issued]) -> tuple[AnchorRoot, dict[str, KeptProof]]:
        """A root over credentials, and each one's proof by the credential's id."""
        digests = {each.credential.claims.id or "": each.credential.digest() for each in issued}
        return new_batch(self.did, digests, os.urandom)
