"""A ledger's node, and what a run asks it and the web."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from api.client import Client
from api.credentials.secured import Secured
from api.issuer.keeping import KeptProof
from api.lookup.asked_nodes import AskedNodes
from api.lookup.fetching import NoWeb, WebSource
from api.lookup.gathering import Gathered, gather
from api.lookup.registry import OnceRegistry
from tests.api.client.test_asking import client_of, honest
from tests.api.ledger import Ledger
from tests.api.lookup.loopback import NOW_MS, Loopback, serving
from tests.api.lookup.published import as_json, did_document, web_did


@dataclass
class Asked:
    """A ledger's node, what a run asks it, and the web."""

    ledger: Ledger
    client: Client
    registry: OnceRegistry

    async def about(
        self, *credentials: Secured, web: WebSource | None = None, anchor: KeptProof | None = None
    ) -> list[Gathered]:
        """The facts."""
        return await gather(credentials, self.registry, web or NoWeb(), now_ms=lambda: NOW_MS, anchor=anchor)


@asynccontextmanager
async def asking(ledger: Ledger | None = None) -> AsyncIterator[Asked]:
    """An honest node of a ledger."""
    held = ledger or Ledger()
    if held.view().header.height == 0:
        held.commit()  # a genesis block proves nothing
    async with honest(held) as url, client_of(held, url) as client:
        yield Asked(held, client, OnceRegistry(AskedNodes(client)))


@asynccontextmanager
async def web_issuer(**more: bytes) -> AsyncIterator[tuple[Loopback, str]]:
    """A server that has the DID document of its owner, and more by path; and the DID."""
    paths: dict[str, bytes] = {f"/{name}": answer for name, answer in more.items()}
    async with serving(paths=paths) as server:
        did = web_did(server.port)
        paths.setdefault("/.well-known/did.json", as_json(did_document(did)))
        yield server, did
