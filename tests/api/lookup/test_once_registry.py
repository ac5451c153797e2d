"""What the registry proves about a presentation takes no question twice."""

import json

from api.answer.question import AnchorQuestion, Question, RecordQuestion
from api.client import Checked, Client, trust_in_genesis
from api.credentials.formats.table import read_credential
from api.issuer.anchoring import new_batch
from api.lookup.asked_nodes import AskedNodes
from api.lookup.fetching import NoWeb
from api.lookup.gathering import gather
from api.lookup.registry import OnceRegistry
from registry.kinds.anchor.entry import Anchor
from tests.api.anchored import anchor
from tests.api.client.test_asking import honest
from tests.api.ledger import Ledger
from tests.api.verifier.credential.awarded import AWARDED, signed
from tests.registry.network import START_MS, UNIVERSITY


class Counting(Client):
    """A client that keeps what it was asked."""

    def __init__(self, ledger: Ledger, url: str) -> None:
        super().__init__([url], trust_in_genesis(ledger.document), now_ms=lambda: ledger.now_ms)
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Checked:
        """See `Client`."""
        self.asked.append(question)
        return await super().ask(question)


async def test_one_root_is_looked_up_once_for_all_credentials_under_it() -> None:
    ledger = Ledger()
    credential = read_credential(json.dumps(signed(AWARDED, credentialStatus=...)).encode())
    root, proofs = new_batch(UNIVERSITY, {"one": credential.digest()}, bytes)
    anchor(ledger, Anchor(root.root, root.size))
    async with honest(ledger) as url:
        client = Counting(ledger, url)
        async with client:
            registry = OnceRegistry(AskedNodes(client))
            gathered = await gather(
                [credential] * 3, registry, NoWeb(), now_ms=lambda: ledger.now_ms, anchor=proofs["one"]
            )
    assert client.asked == [
        RecordQuestion("did", UNIVERSITY),
        AnchorQuestion(UNIVERSITY, root.root),
        RecordQuestion("member", UNIVERSITY),
    ]
    assert [each.facts.anchored_ms for each in gathered] == [START_MS + 1_000] * 3
