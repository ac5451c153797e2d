"""What tests put on a ledger for the routes that serve documents made of records."""

from registry.attachments import Attachment
from registry.build import OwnedKey
from registry.kinds.did.record import Purpose
from registry.kinds.schema.record import ReleaseState
from tests.api.ledger import Ledger
from tests.registry.network import UNIVERSITY, seed

FACULTY = "did:web:university.example%3A8443:faculty"
"""A name that the university sponsors, and whose domain nobody has attested."""


def key(fragment: str, purpose: Purpose = Purpose.ASSERTION_METHOD) -> OwnedKey:
    """A key that is named after its fragment."""
    return OwnedKey(fragment, purpose, seed(fragment))


def with_key(ledger: Ledger, did: str = UNIVERSITY, fragment: str = "degrees-1") -> None:
    """One block: a key for credentials."""
    builder = ledger.builder()
    builder.add_key(did, key(fragment))
    ledger.commit(ledger.sign(builder))


def registered(ledger: Ledger, did: str = "", number: int = 1) -> str:
    """One block: a DID that the university sponsors; a did:matricula where no name is given, another one for
    each number."""
    builder = ledger.builder()
    keys = [key(f"credentials-{number}"), key(f"transactions-{number}", Purpose.CAPABILITY_INVOCATION)]
    name = builder.register_did(UNIVERSITY, keys, did=did)
    ledger.commit(ledger.sign(builder))
    return name


def ended(ledger: Ledger) -> str:
    """Two blocks: a DID, and its end."""
    did = registered(ledger, number=2)
    builder = ledger.builder()
    builder.deactivate_did(did)
    signer = key("transactions-2", Purpose.CAPABILITY_INVOCATION)
    ledger.commit(ledger.sign(builder, did, key=signer))
    return did


def published(ledger: Ledger, content: bytes) -> None:
    """One block: version 1.0.0 of a schema."""
    builder = ledger.builder()
    builder.publish_schema(UNIVERSITY, "degree", "1.0.0", Attachment(bytes(16), content))
    ledger.commit(ledger.sign(builder))


def with_schema_state(ledger: Ledger, state: ReleaseState) -> None:
    """One block: that version is deprecated or withdrawn."""
    builder = ledger.builder()
    builder.set_schema_state(UNIVERSITY, "degree", "1.0.0", state)
    ledger.commit(ledger.sign(builder))
