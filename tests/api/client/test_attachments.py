"""An attachment is taken from whichever node has it, and from none on its word."""

from api.client import fetch_attachment
from registry.attachments import Attachment
from tests.api.client.test_asking import client_of, honest
from tests.api.ledger import Ledger
from tests.api.lookup.loopback import response, serving
from tests.registry.network import UNIVERSITY

HELD = Attachment(
    bytes(16),
    b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:example:a", "type": "object"}',
)


def with_attachment() -> Ledger:
    ledger = Ledger()
    builder = ledger.builder()
    builder.publish_schema(UNIVERSITY, "diploma", "1.0.0", HELD)
    ledger.commit(ledger.sign(builder))
    return ledger


async def test_the_first_node_whose_bytes_have_the_address_is_believed() -> None:
    ledger = with_attachment()
    lying = response(bytes(16) + b"other", content_type="application/octet-stream")
    async with serving(lying, plain=True) as liar, honest(ledger) as url:
        other = liar.url("", host="127.0.0.1", scheme="http")
        async with client_of(ledger, other, url) as client:
            assert await fetch_attachment(client, HELD.address) == HELD.encode()
    assert len(liar.requests) == 1


async def test_where_no_node_has_it_there_is_none() -> None:
    ledger = with_attachment()
    async with honest(ledger) as url, client_of(ledger, url) as client:
        assert await fetch_attachment(client, bytes(32)) is None
