"""What comes over the links, and who has to know of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.engine.driver import Driver
from node.engine.inbox import Inbox
from node.engine.tasks import Tasks
from node.links.address_news import AddressNews
from node.links.network import Links
from node.links.publication_exchange import PublicationExchange
from node.observing.telemetry import Telemetry
from node.pool.waiting import BacklogDoors


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Implements `node.links.network.Listener`. Belongs to the event loop."""

    inbox: Inbox
    driver: Driver
    tasks: Tasks
    waiting: BacklogDoors
    addresses: AddressNews
    links: Links
    publications: PublicationExchange
    telemetry: Telemetry

    async def received(self, peer_id: str, frames: Sequence[bytes]) -> None:
        """See `Listener`."""
        await self.inbox.frames(peer_id, frames)

    def link_changed(self, peer_id: str, up: bool) -> None:
        """See `Listener`."""
        self.driver.link_changed(peer_id, up)
        self.telemetry.link_changed(peer_id, up, len(self.links.linked))
        if up:
            self.waiting.linked(peer_id)
            self.tasks.spawn(self.addresses.ask(peer_id))
            self.tasks.spawn(self.publications.compare(peer_id))

    def failed(self, error: BaseException) -> None:
        """See `Listener`."""
        self.tasks.fail(error)
