"""A registrar's desk: one institution's keys, and what it signs with them."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.base64url import to_text
from api.client.paths import schema_url
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
from api.issuer.publishing import ListToPublish
from api.issuer.recording import Change
from api.publications.form import PublicationForm
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.setup.config import INSTITUTION_FRAGMENT
from node.setup.localnet import PASSPHRASE, LocalNode
from registry.build import OwnedKey
from registry.kinds.did.record import Purpose
from registry.kinds.schema.record import schema_id
from registry.kinds.status_list.record import StatusPurpose, status_list_id
from registry.transaction import NONCE_SIZE

LIST_NAME = "revocations"
SCHEMA_NAME = "micro-credential"
SCHEMA_VERSION = "1.0.0"
PUBLISHED_MS = 86_400_000
"""How long the published status list is valid."""
CREDENTIAL_FRAGMENT = "credentials"
TRANSACTION_FRAGMENT = "registrar"


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed credential, the bytes that it is, and its place in the status list."""

    credential: Secured
    content: bytes
    index: int
    learner: str


class Desk:
    """One institution in the demonstration. `did` is the issuing DID that it registers."""

    def __init__(self, node: LocalNode, genesis_hash: bytes) -> None:
        self.node = node
        self.profile = node.profile
        self._genesis_hash = genesis_hash
        file = node.folder / "keys" / "institution.key"
        seed = open_key(file, KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL)
        self._institution_key = SeedKey(f"{node.profile.did}#{INSTITUTION_FRAGMENT}", seed)
        credential_seed, transaction_seed = os.urandom(32), os.urandom(32)
        self._keys = (
            OwnedKey(CREDENTIAL_FRAGMENT, Purpose.ASSERTION_METHOD, credential_seed),
            OwnedKey(TRANSACTION_FRAGMENT, Purpose.CAPABILITY_INVOCATION, transaction_seed),
        )
        self.did = self._registering(self._change_by_institution())
        self.list_id = status_list_id(self.did, LIST_NAME)
        self.schema_id = schema_id(self.did, SCHEMA_NAME)
        self._credential_key = SeedKey(f"{self.did}#{CREDENTIAL_FRAGMENT}", credential_seed)
        self._transaction_key = SeedKey(f"{self.did}#{TRANSACTION_FRAGMENT}", transaction_seed)

    def change(self) -> Change:
        """An empty transaction of this network, to be signed by the issuing DID's transaction key."""
        return Change(self._genesis_hash, os.urandom(NONCE_SIZE), self._transaction_key)

    def registration(self) -> Change:
        """The transaction that registers the issuing DID with its two keys, sponsored by the institution."""
        change = self._change_by_institution()
        self._registering(change)
        return change

    def _change_by_institution(self) -> Change:
        return Change(self._genesis_hash, os.urandom(NONCE_SIZE), self._institution_key)

    def _registering(self, change: Change) -> str:
        """The DID that follows from the institution and the keys: a did:matricula, which everybody's software
        resolves at any node, as no web server has to say that the name is right.
        """
        return change.builder.register_did(self.profile.did, self._keys)

    def issue(
        self, micro_credential: MicroCredential, learner: Learner, index: int, now_ms: int, suite: str = ""
    ) -> Issued:
        """A credential for one learner, signed; `suite` as in `UnsignedCredential.signed`.

        Raises ValueError where it does not conform to the micro-credential schema.
        """
        now = second_text(now_ms)
        draft = self._draft(micro_credential, learner, index, now)
        violations = draft.claims.violations(micro_credential_schema())
        if violations:
            raise ValueError(f"the credential does not conform to the schema: {violations[0]}")
        key = self._credential_key
        content = draft.signed(key.sign, key=key.id, created=now, suite=suite)
        return Issued(read_credential(content), content, index, learner.name or "")

    def _draft(
        self, micro_credential: MicroCredential, learner: Learner, index: int, now: str
    ) -> UnsignedCredential:
        list_url = published_url(self.node.api_url, self.list_id)
        award = Award(
            id=f"urn:example:credential:{to_text(os.urandom(12))}",
            learner=learner,
            valid_from=now,
            schema_url=schema_url(self.node.api_url, self.did, SCHEMA_NAME, SCHEMA_VERSION),
            statuses=(AwardStatus(list_url, StatusEntryPurpose.REVOCATION, index),),
        )
        body = AwardingBody(self.did, self.profile.name, self.profile.country)
        return read_draft(json.dumps(open_badge(body, micro_credential, award)).encode())

    def publications(self, bits: bytes, as_of_ms: int, now_ms: int) -> Mapping[PublicationForm, bytes]:
        """The status list in every form, signed for a day; `bits` are those of the ledger at `as_of_ms`."""
        url = published_url(self.node.api_url, self.list_id)
        made = ListToPublish(self.list_id, StatusPurpose.REVOCATION, bits, url, as_of_ms)
        return made.signed(self._credential_key, made.begin_ms(now_ms), PUBLISHED_MS)

    def anchored(self, issued: Sequence[Issued]) -> tuple[AnchorRoot, dict[str, KeptProof]]:
        """A root over credentials, and each one's proof by the credential's id."""
        digests = {each.credential.claims.id or "": each.credential.digest() for each in issued}
        return new_batch(self.did, digests, os.urandom)
