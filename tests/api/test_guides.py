"""The guides' examples run, and what they name exists."""

import re
from pathlib import Path

from api.server import GROUPS
from api.verifier.verdict import Outcome, Verdict
from tests.api.conftest import Served
from tests.api.routes.v1.test_proofs import CBOR, grow

GUIDES = Path(__file__).parents[2] / "docs"


async def test_the_example_of_the_guide_for_verifiers(served: Served) -> None:
    grow(served.ledger)
    reply = await served.get("/v1/records/did/did:web:university.example", **CBOR)
    (example,) = re.findall(r"```python\n(.*?)```", (GUIDES / "verifying.md").read_text(), re.DOTALL)
    names = {
        "genesis": served.ledger.document.encode(),
        "saved": reply.body,
        "now_ms": served.ledger.now_ms,
    }
    exec(compile(example, "verifying.md", "exec"), names)
    verdict = names["verdict"]
    assert isinstance(verdict, Verdict)
    assert verdict.outcome is Outcome.VALID


def test_every_path_is_in_the_guide() -> None:
    guide = (GUIDES / "api.md").read_text()
    for route in (route for group in GROUPS for route in group.routes):
        path = re.sub(r"\{[a-z]+\*?\}.*", "", route.template)
        assert path in guide, route.template
