"""`matricula get` and `verify`: what a node says, what is proved, and what is kept for later."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from aiohttp import web

from api.answer.encoding import Answer, answer_to_json, decode_answer, encode_answer
from api.answer.question import RecordQuestion
from api.interface.media import Encoding
from api.limits import ServerLimits
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from node.process import clock
from node.wording.times import format_time
from registry.kinds.status_list.record import StatusPurpose, status_list_id
from registry.primitives.codec import MAX_INTEGER, encode
from registry.proofs import RecordProof
from registry.transaction import Transaction
from tests.api.client.liars import Lie, lying, telling
from tests.api.ledger import Ledger
from tests.node.cli.conftest import Registrar
from tests.registry.network import AGENCY, AUDITOR, UNIVERSITY

LIST = status_list_id(UNIVERSITY, "degrees")


def publish(ledger: Ledger) -> bytes:
    """A block with a status list; the transaction's id."""
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)
    transaction = ledger.sign(builder)
    ledger.commit(transaction)
    return Transaction.decode(transaction).id


async def test_without_verify_it_says_plainly_that_nothing_was_verified(registrar: Registrar) -> None:
    shown = await registrar.json("get", "member", UNIVERSITY, "--node", registrar.url)
    assert (shown["outcome"], shown["verdict"]) == ("not-checked", None)
    assert shown["answer"]["body"]["country"] == "PT"
    ran = await registrar.run("get", "member", UNIVERSITY, "--node", registrar.url)
    assert ran.out.splitlines()[:2] == [
        f"question     member {UNIVERSITY}",
        "NOT VERIFIED: this is what one node says. With --verify it is checked here.",
    ]


async def test_a_node_that_is_not_ready_is_read_and_the_reader_is_told(registrar: Registrar) -> None:
    registrar.ledger.condition = "The node is linked to 1 validators and needs 2."
    shown = await registrar.json("get", "member", UNIVERSITY, "--node", registrar.url)
    assert (shown["outcome"], shown["nodeUnready"]) == ("not-checked", registrar.ledger.condition)
    ran = await registrar.run("get", "member", UNIVERSITY, "--node", registrar.url)
    known = format_time(registrar.ledger.now_ms)
    said = f"The node is not ready: {registrar.ledger.condition} It knows nothing after {known}."
    assert " ".join(ran.err.split()) == said


async def test_with_verify_the_verdict_says_as_of_when_and_anchored_by_what(registrar: Registrar) -> None:
    shown = await registrar.json("get", "member", UNIVERSITY, "--verify", *registrar.asking)
    header = registrar.ledger.view().header
    assert (shown["outcome"], shown["node"]) == ("valid", registrar.url)
    assert shown["question"] == {"type": "record", "kind": "member", "id": UNIVERSITY, "knownAtMs": None}
    finding = shown["verdict"].pop("finding")
    assert (finding["type"], finding["number"], finding["successor"]) == ("found", 0, None)
    assert shown["verdict"] == {
        "outcome": "valid",
        "reason": None,
        "sentence": None,
        "detail": "",
        "remedy": None,
        "asOfMs": header.time_ms,
        "height": 1,
        "epoch": 0,
        "anchoredBy": "genesis only",
    }
    ran = await registrar.run("get", "member", UNIVERSITY, "--verify", *registrar.asking)
    when = format_time(header.time_ms)
    assert ran.out.splitlines()[1] == f"valid        proved as of {when} (block 1), anchored by genesis only"


async def test_every_kind_of_question(registrar: Registrar) -> None:
    transaction_id = publish(registrar.ledger)
    index = f"status-lists-by-issuer/{UNIVERSITY}"
    for arguments, found in (
        (("did", UNIVERSITY), True),
        (("member", "did:web:nobody.example"), False),
        (("usage", UNIVERSITY), True),
        (("parameters",), True),
        (("validators",), True),
        (("schema", f"{UNIVERSITY}/schemas/none"), False),
        (("status-list", LIST), True),
        (("anchor", f"{UNIVERSITY}/{bytes(32).hex()}"), False),
        (("index", index), True),
        (("index", f"status-lists-by-issuer/{AGENCY}"), False),
        (("transaction", transaction_id.hex()), True),
    ):
        shown = await registrar.json("get", *arguments, "--verify", *registrar.asking)
        assert (shown["answer"]["found"], shown["verdict"]["outcome"]) == (found, "valid"), arguments


async def test_what_was_known_and_what_was_in_force(registrar: Registrar) -> None:
    before = registrar.ledger.now_ms
    publish(registrar.ledger)
    then = await registrar.json(
        "get", "status-list", LIST, "--known-at", before, "--verify", *registrar.asking
    )
    assert (then["answer"]["found"], then["question"]["knownAtMs"]) == (False, before)
    start = registrar.ledger.document.time_ms
    for at, state in ((start - 1, None), (start, "active")):
        shown = await registrar.json("get", "did", UNIVERSITY, "--at", at, "--verify", *registrar.asking)
        assert (shown["atMs"], shown["inForce"]) == (at, {"state": state, "keys": {"key-1": state}})
    member = await registrar.json("get", "member", AGENCY, "--at", start, "--verify", *registrar.asking)
    assert member["inForce"] == {"state": "active"}
    absent = await registrar.json(
        "get", "did", "did:web:nobody.example", "--at", start, "--verify", *registrar.asking
    )
    assert (absent["outcome"], absent["answer"]["found"], "inForce" in absent) == ("valid", False, False)
    no_dates = await registrar.run("get", "parameters", "--at", start, "--verify", *registrar.asking)
    assert no_dates.error[0] == "what was asked for has no dates of its own, so --at says nothing about it"


async def test_a_kept_answer_is_verified_offline(registrar: Registrar) -> None:
    file, anchor = registrar.folder / "answer", ("--genesis", registrar.genesis)
    kept = await registrar.json("get", "member", UNIVERSITY, "--out", file, "--node", registrar.url)
    assert kept["outcome"] == "not-checked"
    registrar.ledger.commit()
    shown = await registrar.json("verify", file, *anchor)
    assert (shown["verdict"]["outcome"], shown["verdict"]["height"]) == ("valid", 1)
    assert shown["answer"] == kept["answer"]
    as_json = registrar.folder / "answer.json"
    as_json.write_bytes((await registrar.served.get(f"/v1/records/member/{UNIVERSITY}")).body)
    assert (await registrar.json("verify", as_json, *anchor))["verdict"]["height"] == 2


async def test_a_kept_answer_that_does_not_hold(registrar: Registrar) -> None:
    file, anchor = registrar.folder / "answer", ("--genesis", registrar.genesis)
    await registrar.json("get", "member", UNIVERSITY, "--out", file, "--node", registrar.url)
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"Norte", b"Sul  "))
    ran = await registrar.run("verify", file, *anchor, "--json")
    assert (ran.code, ran.json["verdict"]["outcome"], ran.json["verdict"]["reason"]) == (1, "invalid", "body")
    assert (ran.json["outcome"], ran.json["answer"]) == ("invalid", None)
    people = await registrar.run("verify", file, *anchor)
    assert "invalid      the body is not the one whose hash the version holds" in people.out
    assert "Sul" not in people.out

    file.write_bytes(whole)
    for _ in range(3):
        registrar.ledger.commit()
    old = await registrar.run("verify", file, "--max-age", "2", *anchor, "--json")
    assert (old.code, old.json["verdict"]["outcome"], old.json["verdict"]["reason"]) == (
        1,
        "indeterminate",
        "stale",
    )
    assert (old.json["outcome"], old.json["answer"]["found"]) == ("indeterminate", True)
    people = await registrar.run("verify", file, "--max-age", "2", *anchor)
    assert people.out.splitlines()[1].startswith("indeterminate ")

    file.write_bytes(whole[:-1])
    cut = await registrar.run("verify", file, *anchor)
    assert cut.error[0].startswith("this is an answer of a node, but a damaged one: not CBOR")
    assert cut.error[2].startswith("it was cut off or changed on its way")
    file.write_text(json.dumps({"answer": {"version": 2}}))
    newer = await registrar.run("verify", file, *anchor)
    assert newer.error[2] == "install a newer version of this software"


async def test_questions_that_cannot_be_asked(registrar: Registrar) -> None:
    nodes_asked = len(registrar.served.observed)
    for arguments, what in (
        (("get", "transaction", "12"), "'12' is no transaction's id"),
        (("get", "transaction", "0" * 64, "--known-at", "1"), "a transaction is in the ledger or not"),
        (("get", "did"), "which did?"),
        (("get", "did", "x", "--known-at", "yesterday"), "the time 'yesterday' cannot be read"),
        (("get", "did", UNIVERSITY, "--from", "1"), "a did has no entries"),
        (
            ("get", "did", "did:web:University.example"),
            "no did can have this id: a host is in lower case",
        ),
        (
            ("get", "member", f"{UNIVERSITY}\u200b", "--verify"),
            "no member can have this id: character 27 (U+200B) cannot be seen: take it out",
        ),
        (
            ("get", "did", "did:web:b\u00fccher.example"),
            "no did can have this id: character 10 (U+00FC) is not of a to z: a name in another script is "
            "written in punycode (xn--…)",
        ),
        (
            ("get", "schema", UNIVERSITY),
            "no schema can have this id: it is written DID/schemas/NAME",
        ),
        (
            ("get", "status-list", f"{LIST} "),
            "no status list can have this id: the name after /status-lists/ has 1 to 64 characters: "
            "letters a to z, digits and hyphens",
        ),
        (
            ("get", "index", "members/x"),
            "there can be no such index: members is a relation to network",
        ),
        (("get", "anchor", "ab" * 32), f"{'ab' * 32!r} names no anchor"),
        (("get", "anchor", f"{UNIVERSITY}/{'AB' * 32}"), f"'{UNIVERSITY}/{'AB' * 32}' names no anchor"),
        (
            ("get", "anchor", f"did:web:University.example/{'ab' * 32}"),
            "nobody of this name can anchor anything: a host is in lower case",
        ),
        (
            ("status", "show", f"{LIST.upper()}"),
            "no status list can have this id: did: and the method are in lower case",
        ),
        (
            ("did", "show", "did:key:z6Mk"),
            "no did can have this id: the registry holds DIDs of the methods did:web and did:matricula, "
            "not did:key",
        ),
    ):
        ran = await registrar.run(*arguments, *registrar.asking)
        assert (ran.code, ran.error[0]) == (2, what)
    assert len(registrar.served.observed) == nodes_asked
    unknown = await registrar.run("get", "transaction", "0" * 64, *registrar.asking)
    assert unknown.error[0] == "refused: this node knows no transaction of this id"


async def test_an_anchor_is_shown_as_it_was_known(registrar: Registrar) -> None:
    name, root = f"{UNIVERSITY}/{'ab' * 32}", bytes.fromhex("ab" * 32)
    before = registrar.ledger.now_ms
    nothing = await registrar.json("get", "anchor", name, "--verify", *registrar.asking)
    assert (nothing["outcome"], nothing["verdict"]["finding"]) == ("valid", {"type": "absent"})
    builder = registrar.ledger.builder()
    builder.anchor(UNIVERSITY, root, 16)
    registrar.ledger.commit(registrar.ledger.sign(builder))
    shown = await registrar.json("get", "anchor", name, "--verify", *registrar.asking)
    recorded = {"height": 2, "index": 1, "timeMs": registrar.ledger.now_ms}
    del shown["answer"]["asOf"]
    assert shown["answer"] == {"found": True, "number": 0, "recorded": recorded, "count": 16}
    earlier = await registrar.json("get", "anchor", name, "--known-at", before, "--verify", *registrar.asking)
    del earlier["answer"]["asOf"]
    assert earlier["answer"] == {"found": False, "firstRecorded": recorded}
    people = await registrar.run("get", "anchor", name, *registrar.asking)
    assert people.out.splitlines()[0] == f"question     anchor {UNIVERSITY} {root.hex()}"
    for verify in ((), ("--verify",)):
        other = await registrar.run("get", "anchor", f"{UNIVERSITY}/{'cd' * 32}", *verify, *registrar.asking)
        assert other.code != 0
        assert other.error[0] == (
            "refused: at this node the issuer has anchored other roots and not this one. No single proof can "
            "show that"
        )
        assert "matricula get index anchors-by-issuer/DID --verify" in other.error[2]


async def test_an_index_is_shown_as_it_was_known(registrar: Registrar) -> None:
    index, before = f"status-lists-by-issuer/{UNIVERSITY}", registrar.ledger.now_ms
    publish(registrar.ledger)
    nothing = {"found": False, "first": 0, "entries": [], "isLast": True, "next": None, "count": 0}
    for verify in ((), ("--verify",)):
        shown = await registrar.json("get", "index", index, "--known-at", before, *verify, *registrar.asking)
        del shown["answer"]["asOf"]
        assert shown["answer"] == nothing
    now = await registrar.json("get", "index", index, "--verify", *registrar.asking)
    assert [entry["id"] for entry in now["answer"]["entries"]] == [LIST]
    assert (now["answer"]["count"], now["answer"]["isLast"]) == (1, True)


class TestPages:
    """Indexes by pages of two entries."""

    @pytest.fixture
    def limits(self) -> ServerLimits:
        return ServerLimits(page_entries=2)

    async def test_a_page_that_is_not_the_last_says_how_to_go_on(self, registrar: Registrar) -> None:
        when = format_time(registrar.ledger.now_ms)
        people = await registrar.run("get", "index", "members/network", "--verify", *registrar.asking)
        assert people.out.splitlines()[-1] == (
            f"more follow: these are entries 0 to 1; ask for the next ones with --from 2 --known-at {when}"
        )
        rest = ("get", "index", "members/network", "--from", "2", "--known-at", when)
        last = await registrar.run(*rest, "--verify", *registrar.asking)
        assert "more follow" not in last.out
        shown = await registrar.json(*rest, "--verify", *registrar.asking)
        assert [entry["id"] for entry in shown["answer"]["entries"]] == [AUDITOR]
        assert (shown["answer"]["count"], shown["question"]["first"]) == (3, 2)


async def test_a_transaction_is_shown_with_its_place_in_the_log(registrar: Registrar) -> None:
    transaction_id = publish(registrar.ledger)
    header = registrar.ledger.view().header
    for verify in ((), ("--verify",)):
        shown = await registrar.json("get", "transaction", transaction_id.hex(), *verify, *registrar.asking)
        answer = shown["answer"]
        assert (answer["position"], answer["logSize"]) == (header.log_size - 1, header.log_size)


def forged(registrar: Registrar, change: Callable[[Answer], Answer]) -> Lie:
    """What a node says that changes its answer about the university, whatever it is asked."""
    return telling(registrar.ledger, RecordQuestion("member", UNIVERSITY), change)


def with_another_body(answer: Answer) -> Answer:
    assert isinstance(answer.proof, RecordProof)
    assert answer.proof.body is not None
    return replace(answer, proof=replace(answer.proof, body=answer.proof.body.replace(b"Norte", b"Sul  ")))


LIES: dict[str, tuple[Callable[[Answer], Answer], str, str]] = {
    "another body": (with_another_body, "invalid", "body"),
    "another question": (
        lambda answer: replace(answer, question=RecordQuestion("member", AGENCY)),
        "invalid",
        "other-question",
    ),
    "an impossible question": (
        lambda answer: replace(answer, question=RecordQuestion("members", UNIVERSITY)),
        "invalid",
        "impossible-question",
    ),
    "a question about the future": (
        lambda answer: replace(answer, question=RecordQuestion("member", UNIVERSITY, MAX_INTEGER)),
        "invalid",
        "other-question",
    ),
    "another header": (
        lambda answer: replace(answer, header=replace(answer.header, state_root=bytes(32))),
        "invalid",
        "state-root",
    ),
}


@pytest.mark.parametrize(("change", "outcome", "reason"), LIES.values(), ids=LIES)
async def test_what_its_own_header_refutes_is_not_shown_unverified_either(
    registrar: Registrar, change: Callable[[Answer], Answer], outcome: str, reason: str
) -> None:
    async with lying(forged(registrar, change)) as url:
        ran = await registrar.run("get", "member", UNIVERSITY, "--node", url, "--json")
        assert (ran.code, ran.json["outcome"], ran.json["answer"]) == (1, outcome, None)
        assert (ran.json["verdict"]["reason"], ran.json["verdict"]["finding"]) == (reason, None)
        people = await registrar.run("get", "member", UNIVERSITY, "--node", url)
        assert people.code == 1
        assert "Norte" not in people.out
        assert "NOT VERIFIED" not in people.out
        assert people.out.splitlines()[1].startswith(f"{outcome:<12} ")


async def test_a_file_with_a_question_that_nobody_can_ask(registrar: Registrar) -> None:
    """Made from an honest proof: the map has a place for every text."""
    answers, view = Answers(registrar.ledger.view(), 1000, KeptBits(0)), registrar.ledger.view()
    file = registrar.folder / "answer"
    for look_alike in (f"{UNIVERSITY} ", UNIVERSITY.replace("e", "\u0435")):
        question = RecordQuestion("did", look_alike)
        answer = Answer(1, question, answers.prove(question), view.header, view.certificate)
        for content in (encode_answer(answer), json.dumps({"answer": answer_to_json(answer)}).encode()):
            file.write_bytes(content)
            ran = await registrar.run("verify", file, "--genesis", registrar.genesis, "--json")
            assert (ran.code, ran.json["outcome"], ran.json["answer"]) == (1, "invalid", None)
            assert ran.json["verdict"]["reason"] == "impossible-question"
    unknown = replace(
        decode_answer(answers.to(RecordQuestion("did", UNIVERSITY), Encoding.CBOR)),
        question=RecordQuestion("nothing", UNIVERSITY),
    )
    file.write_bytes(encode_answer(unknown))
    ran = await registrar.run("verify", file, "--at", "0", "--genesis", registrar.genesis)
    assert (ran.code, ran.err) == (1, "")
    assert "invalid      nobody can ask the question" in ran.out


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda text: text.replace(b'{"version":1', b'{"version":1,"version":1'),
            "cannot be read as an answer: ",
        ),
        (lambda text: text.decode().encode("utf-16"), "UTF-16 text, "),
        (lambda text: b"\xef\xbb\xbf" + text, "text with a byte order mark (BOM) at its beginning, "),
        (
            lambda text: text.replace(b'"first":0', b'"first":' + b"9" * 5_000),
            "cannot be read as an answer: ",
        ),
        (lambda text: text.replace(b'"first":0', b'"first":0.0'), "an answer of a node, but a damaged one: "),
        (lambda text: text.replace(b'"did:web:', b'"\\ud800:'), "cannot be read as an answer: "),
        (lambda _: b'{"answer":' * 100_000, "JSON nested deeper than any file that is read here, "),
    ],
    ids=["member twice", "UTF-16", "BOM", "5,000 digits", "fraction", "lone surrogate", "deep"],
)
async def test_json_that_other_readers_take_is_no_answer(
    registrar: Registrar, spoil: Callable[[bytes], bytes], told: str
) -> None:
    file = registrar.folder / "answer.json"
    whole = (await registrar.served.get(f"/v1/records/member/{UNIVERSITY}")).body
    file.write_bytes(whole)
    assert (await registrar.json("verify", file, "--genesis", registrar.genesis))["outcome"] == "valid"
    file.write_bytes(spoil(whole))
    ran = await registrar.run("verify", file, "--genesis", registrar.genesis)
    assert (ran.code, ran.error[1]) == (1, str(file))
    assert ran.error[0].removeprefix("this ").removeprefix("is ").startswith(told)


async def test_an_answer_of_a_later_form(registrar: Registrar) -> None:
    async def later(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=encode({"version": 2}), content_type="application/cbor")

    async with lying(later) as url:
        ran = await registrar.run("get", "member", UNIVERSITY, "--node", url)
        assert (ran.code, ran.error[2]) == (1, "install a newer version of this software")


async def test_nowhere_to_ask_and_nothing_to_trust(registrar: Registrar) -> None:
    no_node = await registrar.run("get", "did", UNIVERSITY, "--genesis", registrar.genesis)
    assert no_node.error[0] == "no node to ask"
    no_anchor = await registrar.run("get", "did", UNIVERSITY, "--verify", "--node", registrar.url)
    assert no_anchor.error[0] == "nothing to check answers against"
    missing = registrar.folder / "none.cbor"
    no_file = await registrar.run("did", "show", UNIVERSITY, "--node", registrar.url, "--genesis", missing)
    assert no_file.error[:2] == ("there is no genesis document", str(missing))
    no_trust = await registrar.run("verify", registrar.genesis)
    assert no_trust.error[0] == "nothing to check answers against"
    no_settings = await registrar.run("did", "show", UNIVERSITY, "--config", registrar.folder / "none.toml")
    assert no_settings.error[2].startswith("make one with `matricula init`, or check the name: ")
    no_key = await registrar.run("did", "retire", "#key-1", *registrar.asking)
    config = "or name a node's settings with --config FILE"
    assert no_key.error == (
        "signing needs a key, and the DID that the key belongs to",
        "",
        f"give --key FILE as well, {config}",
    )
    half = await registrar.run("did", "retire", "#key-1", *registrar.asking, "--key", "x")
    assert half.error[2] == f"give --as DID as well, {config}"


async def test_an_answer_from_another_time_or_network(registrar: Registrar) -> None:
    show = ("did", "show", UNIVERSITY, *registrar.asking)
    now = registrar.ledger.now_ms
    clock.now_ms = lambda: now + 121_000  # the fixture puts the clock back
    old = await registrar.run(*show)
    assert (
        old.code,
        "INDETERMINATE: the answer's block is older than the greatest age asked for" in old.out,
    ) == (
        1,
        True,
    )
    assert (await registrar.run(*show, "--max-age", "121")).code == 0
    clock.now_ms = lambda: now - 1_000
    ahead = await registrar.run(*show)
    assert (
        ahead.code,
        "INDETERMINATE: the answer's block is dated ahead of this machine's clock" in ahead.out,
    ) == (
        1,
        True,
    )
    clock.now_ms = lambda: now + 181 * 86_400_000
    assert (await registrar.run(*show)).error[0] == "the trust in the validators began more than 180 days ago"
