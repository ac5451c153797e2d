"""Asks the peers from time to time where the other nodes are, tells the log what is new, and keeps it."""

import asyncio

from node.links.network import Links
from node.links.whereabouts import ASK_EVERY_S, AddressFile, Whereabouts
from node.observing.telemetry import Telemetry


class AddressNews:
    """All methods belong to the event loop; the file is written beside it."""

    def __init__(
        self, links: Links, whereabouts: Whereabouts, file: AddressFile, telemetry: Telemetry
    ) -> None:
        self._links = links
        self._whereabouts = whereabouts
        self._file = file
        self._telemetry = telemetry
        self._keeping = asyncio.Lock()

    async def run(self, *, announces: bool) -> None:
        """Asks all linked peers again and again, until cancelled; keeps first what this node announces, if it
        does."""
        if announces:
            await self._keep()
        while True:
            await asyncio.sleep(ASK_EVERY_S)
            for peer_id in self._links.linked:
                await self.ask(peer_id)

    async def ask(self, peer_id: str) -> None:
        """Asks one peer; it may fail to answer."""
        news = await self._links.ask_addresses(peer_id)
        for statement in news:
            self._telemetry.moved(statement.peer_id, statement.addresses)
        if news:
            await self._keep()

    async def _keep(self) -> None:
        async with self._keeping:
            encoded = self._whereabouts.encoded()
            await asyncio.get_running_loop().run_in_executor(None, self._file.write, encoded)
