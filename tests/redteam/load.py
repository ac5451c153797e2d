"""The clients: so many transactions a second, each timed from its submission to its finality.

The load is open: what is slow holds nothing up, so a stopped network shows as transactions that do not become
final, not as fewer of them.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import aiohttp

from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.process.clock import now_ms
from node.setup.localnet import PASSPHRASE, LocalNode
from registry.build import TransactionBuilder
from registry.genesis import GenesisDocument

VALID_FOR_MS = 55 * 60 * 1000
FINAL = "final"
"""What has become of a sample: final, or in words why not; empty while it waits."""


@dataclass(slots=True)
class Sample:
    """One transaction: when it was submitted, how long that took, and what came of it. Seconds of
    `time.monotonic`."""

    began_s: float
    ended_s: float | None = None
    outcome: str = ""

    @property
    def is_final(self) -> bool:
        """Whether it became final."""
        return self.outcome == FINAL

    def taken_ms(self) -> float:
        """How long it took, or has taken until now."""
        return 1000 * ((time.monotonic() if self.ended_s is None else self.ended_s) - self.began_s)


class Load:
    """Anchors of the honest institutions, each posted to its node with `wait=final`."""

    def __init__(self, nodes: Sequence[LocalNode], genesis: GenesisDocument, per_second: float) -> None:
        self._genesis_hash = genesis.genesis_hash
        self._per_second = per_second
        self._clients = []
        for node in nodes:
            key = node.keys / "institution.key"
            seed = open_key(key, KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL)
            self._clients.append((node.api_url, node.profile.did, seed))
        self._samples: list[Sample] = []
        self._waiting: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Submits until cancelled."""
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
            began_s = time.monotonic()
            try:
                for number in count():
                    await asyncio.sleep(began_s + number / self._per_second - time.monotonic())
                    sample = Sample(time.monotonic())
                    self._samples.append(sample)
                    task = asyncio.create_task(self._submit(session, number, sample))
                    self._waiting.add(task)
                    task.add_done_callback(self._waiting.discard)
            finally:
                for task in self._waiting:
                    task.cancel()

    async def settled(self, timeout_s: float) -> None:
        """Returns when all that was submitted until now has ended, or after so long."""
        if self._waiting:
            await asyncio.wait(set(self._waiting), timeout=timeout_s)

    def between(self, from_s: float, to_s: float) -> list[Sample]:
        """What was submitted within these times."""
        return [one for one in self._samples if from_s <= one.began_s < to_s]

    async def _submit(self, session: aiohttp.ClientSession, number: int, sample: Sample) -> None:
        url, did, seed = self._clients[number % len(self._clients)]
        builder = TransactionBuilder(self._genesis_hash, os.urandom(16))
        builder.anchor(did, os.urandom(32), 1)
        transaction = builder.sign(f"{did}#institution", seed, now_ms() + VALID_FOR_MS)
        try:
            headers = {"content-type": "application/cose"}
            target = f"{url}/v1/transactions?wait=final"
            async with session.post(target, data=transaction, headers=headers) as response:
                answer = await response.json(content_type=None)
                state = str(answer.get("state", answer.get("title", "")))
                sample.outcome = FINAL if state == FINAL else f"{response.status} {state}".strip()
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError) as error:
            sample.outcome = type(error).__name__
        sample.ended_s = time.monotonic()
