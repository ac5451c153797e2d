"""Attachments, taken from whichever node has them: the hash of the bytes is their address, so no node is
trusted.
"""

from api.client.asking import Client
from api.client.outcome import Failed
from api.interface.media import OCTETS
from registry.attachments import MAX_ATTACHMENT_BYTES, address_of


async def fetch_attachment(client: Client, address: bytes) -> bytes | None:
    """Salt and content at an address; None where no node has them."""
    path = f"/v1/attachments/{address.hex()}"
    for node in client.nodes:
        try:
            response = await client.get(node, path, accept=OCTETS, limit=MAX_ATTACHMENT_BYTES)
        except Failed as failed:
            client.note(node, failed)
            continue
        if address_of(response.body) == address:
            return response.body
    return None
