"""`matricula get` and `verify`: what a node says, what is proved, and what is kept for later."""

import json

from node import clock
from node.cli.times import format_time
from registry.names import status_list_id
from registry.records.status_list import StatusPurpose
from registry.transaction import Transaction
from tests.api.ledger import Ledger
from tests.node.cli.conftest import Registrar
from tests.registry.network import AGENCY, UNIVERSITY

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
    assert (shown["verified"], shown["verdict"], shown["answer"]["body"]["country"]) == (False, None, "PT")
    ran = await registrar.run("get", "member", UNIVERSITY, "--node", registrar.url)
    assert ran.out.splitlines()[:2] == [
        f"question     member {UNIVERSITY}",
        "NOT VERIFIED: this is what one node says. With --verify it is checked here.",
    ]


async def test_with_verify_the_verdict_says_as_of_when_and_anchored_by_what(registrar: Registrar) -> None:
    shown = await registrar.json("get", "member", UNIVERSITY, "--verify", *registrar.asking)
    header = registrar.ledger.view().header
    assert (shown["verified"], shown["node"]) == (True, registrar.url)
    assert shown["question"] == {"type": "record", "kind": "member", "id": UNIVERSITY, "knownAtMs": None}
    assert shown["verdict"] == {
        "outcome": "valid",
        "reason": None,
        "detail": "",
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
        (("anchor", f"{UNIVERSITY}/anchors/{bytes(32).hex()}"), False),
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
    no_dates = await registrar.run("get", "parameters", "--at", start, "--verify", *registrar.asking)
    assert no_dates.error[0] == "what was asked for has no dates of its own, so --at says nothing about it"


async def test_a_kept_answer_is_verified_offline(registrar: Registrar) -> None:
    file, anchor = registrar.folder / "answer", ("--genesis", registrar.genesis)
    kept = await registrar.json("get", "member", UNIVERSITY, "--out", file, "--node", registrar.url)
    assert kept["verified"] is False
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
    assert ran.json["answer"] is None
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
    assert old.json["answer"]["found"] is True
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
    for arguments, what in (
        (("get", "transaction", "12"), "'12' is no transaction's id"),
        (("get", "transaction", "0" * 64, "--known-at", "1"), "a transaction is in the ledger or not"),
        (("get", "did"), "which did?"),
        (("get", "did", "x", "--known-at", "yesterday"), "the time 'yesterday' cannot be read"),
    ):
        ran = await registrar.run(*arguments, *registrar.asking)
        assert (ran.code, ran.error[0]) == (2, what)
    unknown = await registrar.run("get", "transaction", "0" * 64, *registrar.asking)
    assert unknown.error[0] == "refused: this node knows no transaction of this id"


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
        "it takes a key and whose it is to sign",
        "",
        f"give --key FILE as well, {config}",
    )
    half = await registrar.run("did", "retire", "#key-1", *registrar.asking, "--key", "x")
    assert half.error[2] == f"give --as DID as well, {config}"


async def test_an_answer_from_another_time_or_network(registrar: Registrar) -> None:
    show = ("did", "show", UNIVERSITY, *registrar.asking)
    now = registrar.ledger.now_ms
    clock.now_ms = lambda: now + 121_000  # the fixture puts the clock back
    assert (await registrar.run(*show)).error[0] == "the newest proved block is older than --max-age allows"
    assert (await registrar.run(*show, "--max-age", "121")).code == 0
    clock.now_ms = lambda: now - 1_000
    assert (await registrar.run(*show)).error[0] == "the newest block is dated after this machine's clock"
    clock.now_ms = lambda: now + 181 * 86_400_000
    assert (await registrar.run(*show)).error[0] == "the trust anchor is older than half a year"
