"""The story that the demonstration tells: each step is timed, and each claim checked by the witness.

Nothing is taken on a node's word. A claim that does not hold raises, and the demonstration fails.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from api.answer.question import RecordQuestion, StatusListQuestion
from api.client import Client
from api.client.bounded_http import BoundedHttp
from api.client.publications import send_publication
from api.credentials.anchoring import MIN_LEAVES, proves
from api.credentials.formats.table import read_credential
from api.credentials.open_badges import MicroCredential
from api.credentials.schema import micro_credential_document
from api.credentials.wrappers.badge_image import badge_image
from api.credentials.wrappers.table import bake, unwrap
from api.issuer.anchor_record import AnchorRoot, add_roots
from api.issuer.keeping import KeptProof
from api.issuer.recording import Change
from api.verifier.verdict import StatusBits
from node.demo.awards import LEARNERS
from node.demo.desk import LIST_NAME, SCHEMA_NAME, SCHEMA_VERSION, Desk, Issued
from node.demo.outsider import HOW_TO_HAVE_ONE, verified_by_others
from node.demo.report import DemoStep, Report
from node.demo.witness import DidNotHold, Witness
from node.process.clock import now_ms
from node.setup.localnet import Localnet
from registry.attachments import SALT_SIZE, Attachment
from registry.checking import Absent
from registry.kinds.did.record import DID_RECORD
from registry.kinds.schema.record import SCHEMA_RECORD
from registry.kinds.status_list.record import StatusPurpose
from registry.record_log import LedgerLeaf

A, B, C, D = range(4)
REVOKED = 3
"""Which of the learners' credentials is revoked."""
CARRIED = 0
"""Which of them is carried in a picture. It is signed as most verifiers of Open Badges expect it."""
CARRIED_SUITE = "eddsa-rdfc-2022"
ROUTINE_TRANSACTIONS = 40
"""Further transactions while one institution is down, so that the percentiles mean something."""
WAIT_S = 5


@dataclass
class Story:
    """One telling of the story over a running network."""

    net: Localnet
    award: MicroCredential
    badge: Path
    tell_person: Callable[[str], None]
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.witness = Witness(self.net.genesis)
        self.desks = [Desk(node, self.net.genesis.genesis_hash) for node in self.net.nodes]
        self.issued: list[Issued] = []
        self.proofs: dict[str, KeptProof] = {}
        self.root = b""
        self.revoked_at_ms = 0

    async def tell(self) -> Report:
        """All steps, in order. Raises DidNotHold at the first claim that does not hold."""
        async with AsyncExitStack() as opened:
            clients = [self.witness.client([url]) for url in self.net.api_urls]
            self.clients = [await opened.enter_async_context(client) for client in clients]
            await self._register()
            await self._publish()
            await self._issue()
            await self._revoke()
            await self._ask_another()
            await self._lose_power()
            await self._prove_the_past()
            await self._bake()
        self.report.answers_verified = self.witness.verified
        return self.report

    async def _register(self) -> None:
        with self.step("Each institution registers its issuing DID") as done:
            await asyncio.gather(
                *(
                    self._send(self.clients[number], desk.registration())
                    for number, desk in enumerate(self.desks)
                )
            )
            done(f"{len(self.desks)} DIDs, each with a key for credentials and a key for transactions")

    async def _publish(self) -> None:
        desk = self.desks[A]
        with self.step(f"{desk.profile.name} publishes the micro-credential schema") as done:
            content = Attachment(os.urandom(SALT_SIZE), micro_credential_document())
            change = desk.change()
            change.builder.publish_schema(desk.did, SCHEMA_NAME, SCHEMA_VERSION, content)
            change.builder.create_status_list(desk.did, LIST_NAME, StatusPurpose.REVOCATION)
            final = await self._send(self.clients[A], change)
            await self._reaches(self.clients[D], final.height)
            await self.witness.found(self.clients[D], SCHEMA_RECORD, desk.schema_id)
            done(f"version {SCHEMA_VERSION}, the EU's Annex I elements on Open Badges 3.0, and a status list")

    async def _issue(self) -> None:
        desk = self.desks[A]
        with self.step(f"It awards “{self.award.title}” and anchors the batch") as done:
            self.issued = [self._issued_to(place) for place in range(len(LEARNERS))]
            root, self.proofs = desk.anchored(self.issued)
            self.root = root.root
            change = desk.change()
            add_roots(change.builder, desk.did, [root])
            final = await self._send(self.clients[A], change)
            await self._reaches(self.clients[C], final.height)
            for issued in self.issued:
                await self.witness.credential_key(self.clients[C], issued.credential)
            done(f"{len(self.issued)} signed credentials, verified with keys that {self._name(C)} served")

    def _issued_to(self, place: int) -> Issued:
        suite = CARRIED_SUITE if place == CARRIED else ""
        return self.desks[A].issue(self.award, LEARNERS[place], 1_000 + 97 * place, now_ms(), suite)

    async def _revoke(self) -> None:
        desk, issued = self.desks[A], self.issued[REVOKED]
        with self.step(f"It revokes the credential of {issued.learner}") as done:
            change = desk.change()
            change.builder.set_status(desk.did, LIST_NAME, [issued.index])
            started = time.perf_counter()
            seen = [asyncio.create_task(self._until_revoked(client, issued.index)) for client in self.clients]
            finding = await self._send(self.clients[A], change)
            self.revoked_at_ms = finding.time_ms
            times = await asyncio.gather(*seen)
            self.report.visible_everywhere_ms = 1000 * (max(times) - started)
            done(f"final in block {finding.height}, and provable at all {len(times)} institutions")

    async def _ask_another(self) -> None:
        with self.step(f"A verifier asks {self._name(C)} and believes only proofs") as done:
            states = [
                await self.witness.status(self.clients[C], self.desks[A].list_id, issued.index)
                for issued in self.issued
            ]
            if states != [place == REVOKED for place in range(len(self.issued))]:
                raise DidNotHold(f"the statuses at {self._name(C)} are {states}")
            question = RecordQuestion(DID_RECORD.name, "did:web:diploma-mill.example", None)
            verdict = await self.witness.ask(self.clients[C], question)
            if not isinstance(verdict.finding, Absent):
                raise DidNotHold("a DID that nobody registered was not proved absent")
            done("1 revoked, 7 good; and that a diploma mill is not registered is proved as well")

    async def _lose_power(self) -> None:
        with self.step(f"{self._name(B)} loses power; the others go on") as done:
            await self.net.kill(B)
            for number in range(ROUTINE_TRANSACTIONS):
                place = (A, C, D)[number % 3]
                desk = self.desks[place]
                change = desk.change()
                add_roots(change.builder, desk.did, [AnchorRoot(os.urandom(32), MIN_LEAVES)])
                await self._send(self.clients[place], change)
            done(f"{ROUTINE_TRANSACTIONS} more transactions are final without it")
        with self.step(f"{self._name(B)} starts again and catches up") as done:
            goal = (await self.clients[A].latest_header()).height
            started = time.perf_counter()
            self.net.start(B)
            await self.net.ready(B)
            height = await self._reaches(self.clients[B], goal)
            self.report.catch_up_s = time.perf_counter() - started
            revoked = await self.witness.status(
                self.clients[B], self.desks[A].list_id, self.issued[REVOKED].index
            )
            if not revoked:
                raise DidNotHold(f"{self._name(B)} lost the revocation")
            done(f"at block {height}, and it still proves the revocation")

    async def _prove_the_past(self) -> None:
        issued, client = self.issued[REVOKED], self.clients[B]
        with self.step(f"What was true of {issued.learner}'s credential, and when") as done:
            existed_ms = await self.witness.anchored_ms(client, self.desks[A].did, self.root)
            kept = self.proofs[issued.credential.claims.id or ""]
            if not proves(kept.proof, issued.credential.digest(), self.root):
                raise DidNotHold("the credential is not in the anchored batch")
            if existed_ms >= self.revoked_at_ms:
                raise DidNotHold("the anchor is not older than the revocation")
            list_id = self.desks[A].list_id
            before = await self.witness.status(client, list_id, issued.index, self.revoked_at_ms - 1)
            after = await self.witness.status(client, list_id, issued.index, self.revoked_at_ms)
            if (before, after) != (False, True):
                raise DidNotHold(f"the status before and after the revocation is {before}, {after}")
            earlier = self.revoked_at_ms - existed_ms
            done(f"it existed {earlier / 1000:.1f} s before its revocation; good before, revoked after")

    async def _bake(self) -> None:
        issued = self.issued[CARRIED]
        with self.step(
            f"{issued.learner} shows a badge to software that knows nothing of the registry"
        ) as done:
            await self._publish_list()
            self.badge.write_bytes(bake(badge_image(), issued.content))
            await self._read_back()
            outsider = await verified_by_others(self.badge, self.net.api_urls[C])
            self.report.badge = self.badge
            if outsider is None:
                done(f"in {self.badge.name}; {HOW_TO_HAVE_ONE} installs such software (needs Node.js)")
            else:
                self.report.badge_verified_by = outsider.name
                done(f"{outsider.name} {outsider.did}")

    async def _publish_list(self) -> None:
        """Signs the status list for everybody's software, and gives it to the institution's node."""
        desk, node = self.desks[A], self.net.api_urls[A]
        checked = await self.witness.checked(self.clients[A], StatusListQuestion(desk.list_id, None))
        finding = checked.verdict.finding
        if not isinstance(finding, StatusBits):
            raise DidNotHold(f"no status list {desk.list_id} was found")
        made = desk.publications(finding.bits, checked.answer.header.time_ms, now_ms())
        async with BoundedHttp(timeout_s=WAIT_S) as http:
            for form, data in made.items():
                await send_publication(http, node, desk.list_id, form, data)

    async def _read_back(self) -> None:
        """The credential that the picture holds is the one that was signed."""
        found = unwrap(self.badge.read_bytes())
        if found is None or found.content != self.issued[CARRIED].content:
            raise DidNotHold("the badge does not give the credential back")
        await self.witness.credential_key(self.clients[C], read_credential(found.content))

    async def _send(self, client: Client, change: Change) -> LedgerLeaf:
        """Sign, send, verify the proof that it is final, and note how long that took."""
        started = time.perf_counter()
        recorded = await self.witness.record(client, change)
        self.report.finality_ms.append(1000 * (time.perf_counter() - started))
        return recorded.leaf

    async def _reaches(self, client: Client, height: int) -> int:
        """Wait until a node has a block: what is final at one node is on its way to the others."""
        while (reached := (await client.latest_header()).height) < height:
            await client.changes(reached, wait_s=WAIT_S, limit=1)
        return reached

    async def _until_revoked(self, client: Client, index: int) -> float:
        """When a node first proved the revocation."""
        question = StatusListQuestion(self.desks[A].list_id, None)
        while True:
            verdict = await self.witness.ask(client, question)
            if isinstance(verdict.finding, StatusBits) and verdict.finding.is_set(index):
                return time.perf_counter()
            await client.changes(verdict.height or 0, wait_s=WAIT_S, limit=1)

    def _name(self, number: int) -> str:
        return self.desks[number].profile.name

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """Time a step; the block says what came of it, and reports nothing if it raises."""
        self.tell_person(what)
        outcomes: list[str] = []
        started = time.perf_counter()
        yield outcomes.append
        self.report.steps.append(DemoStep(what, "; ".join(outcomes), time.perf_counter() - started))
