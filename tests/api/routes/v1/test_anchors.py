"""Anchors over HTTP: a root's entry, or that the issuer has none. What no answer proves is a problem."""

import pytest

from api.answer.question import AnchorQuestion
from api.verifier.finding import finding_in
from registry.checking import Absent, Anchored, NotYet
from registry.proofs import AbsenceProof, IndexProof
from tests.api.anchored import ENTRIES, MISSING, ROOTS, with_anchors
from tests.api.conftest import Served, serve
from tests.api.routes.v1.test_proofs import ALTERED, CBOR, both, readable_at
from tests.api.routes.v1.test_transactions import problem
from tests.registry.network import AGENCY, START_MS, UNIVERSITY


def path(root: bytes, issuer: str = UNIVERSITY) -> str:
    return f"/v1/anchors/{issuer}/{root.hex()}"


async def test_each_anchor_is_shown_by_its_entry_alone() -> None:
    async for served in serve(with_anchors()):
        for number, root in enumerate(ROOTS):
            answer = await both(served, path(root))
            assert answer.question == AnchorQuestion(UNIVERSITY, root)
            assert isinstance(answer.proof, IndexProof)
            assert answer.proof.entries == (ENTRIES[number],)
            assert finding_in(answer) == Anchored(number, ENTRIES[number], 16 << number)


async def test_an_anchor_as_it_was_known() -> None:
    async for served in serve(with_anchors()):
        before = await both(served, f"{path(ROOTS[2])}?known_at={START_MS + 1_999}")
        assert finding_in(before) == NotYet(ENTRIES[2])
        then = await both(served, f"{path(ROOTS[2])}?known_at={START_MS + 2_000}")
        assert finding_in(then) == Anchored(2, ENTRIES[2], 64)
        ahead = await served.get(f"{path(ROOTS[2])}?known_at={START_MS + 3_001}")
        assert problem(ahead) == (404, "known-at-ahead", "query.known_at")


async def test_an_issuer_that_anchored_nothing() -> None:
    async for served in serve(with_anchors()):
        answer = await both(served, path(ROOTS[0], AGENCY))
        assert isinstance(answer.proof, AbsenceProof)
        assert finding_in(answer) == Absent()


async def test_that_a_root_is_not_among_others_is_a_problem_that_says_how_to_prove_it() -> None:
    async for served in serve(with_anchors()):
        for known_at in ("", f"?known_at={START_MS}"):
            for accept in ({}, CBOR):
                reply = await served.get(path(MISSING) + known_at, **accept)
                assert problem(reply) == (404, "not-anchored", "path.root")
        told = (await served.get(path(MISSING))).json
        assert "/v1/indexes/anchors-by-issuer/{issuer}" in told["remedy"]


async def test_the_readable_form_says_nothing_that_was_not_known_at_k() -> None:
    async for served in serve(with_anchors()):
        recorded = {"height": 2, "index": 1, "timeMs": START_MS + 2_000}
        shown = await readable_at(served, path(ROOTS[1]))
        assert shown == {"found": True, "number": 1, "recorded": recorded, "count": 32}
        before = await readable_at(served, f"{path(ROOTS[1])}?known_at={START_MS + 1_000}")
        assert before == {"found": False, "firstRecorded": recorded}
        assert await readable_at(served, path(ROOTS[1], AGENCY)) == {"found": False}


@pytest.mark.parametrize("addition", [text for text in ALTERED if text != "/"])
async def test_what_only_looks_like_an_issuer_has_no_answer(addition: str) -> None:
    async for served in serve(with_anchors()):
        for accept in ({}, CBOR):
            reply = await served.get(path(ROOTS[0], UNIVERSITY + addition), **accept)
            assert problem(reply) == (400, "impossible-id", "path.issuer")


@pytest.mark.parametrize("root", ["0" * 63, "A" * 64, "0" * 65, "x" * 64, "%30" * 64 + "0"])
async def test_a_root_is_64_hexadecimal_digits(served: Served, root: str) -> None:
    reply = await served.get(f"/v1/anchors/{UNIVERSITY}/{root}")
    assert problem(reply) == (400, "malformed-path", "path.root")


async def test_an_anchor_is_no_record(served: Served) -> None:
    reply = await served.get(f"/v1/records/anchor/{UNIVERSITY}/anchors/{ROOTS[0].hex()}")
    assert problem(reply)[:2] == (400, "malformed-path")
