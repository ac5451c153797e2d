"""`matricula status set --propose` and `matricula proposal`: two people, two keys, two blocks."""

import io

import pytest

from node.cli.issue.proposal.wording import told
from registry.kinds.pending.record import PENDING_BY_SUBJECT, pending_id
from registry.kinds.schema.operations import PublishSchema
from registry.kinds.status_list.operations import UpdateStatusList
from registry.kinds.status_list.record import STATUS_LIST_RECORD, status_list_id
from tests.node.cli.conftest import Registrar, keep_key
from tests.node.cli.issue.test_publication import Terminal
from tests.registry.network import INVOKE, UNIVERSITY, owned

DEGREES = status_list_id(UNIVERSITY, "degrees")
RECALL = pending_id(UNIVERSITY, "recall")
LIMIT = 1_310


def second(registrar: Registrar) -> tuple[str, ...]:
    """The options that sign with the university's second key."""
    return (*registrar.asking, *registrar.key("second.key", f"{UNIVERSITY}#key-2"))


@pytest.fixture
async def recall(registrar: Registrar) -> Registrar:
    """A registrar with a list, a file of more entries than one key may set, and a second key."""
    await registrar.json("status", "create", "degrees", *registrar.signing)
    keep_key(registrar.folder / "second.key", "second")
    builder = registrar.ledger.builder()
    builder.add_key(UNIVERSITY, owned("second", INVOKE, "key-2"))
    registrar.ledger.commit(registrar.ledger.sign(builder))
    (registrar.folder / "many").write_text("\n".join(map(str, range(LIMIT + 1))))
    return registrar


def setting(registrar: Registrar, *options: str) -> tuple[object, ...]:
    """The command that would set them all."""
    file = registrar.folder / "many"
    return ("status", "set", "degrees", "--file", file, "--yes", *options, *registrar.signing)


async def test_more_than_a_days_limit_takes_a_second_key(recall: Registrar) -> None:
    refused = await recall.run(*setting(recall))
    assert refused.error[0] == (
        "refused: more entries of this list would be set on this UTC day than one key may set (1311 of 1310)"
    )
    assert "for each list and UTC day" in refused.error[2]
    assert "--propose NAME" in refused.error[2]

    proposed = await recall.json(*setting(recall, "--propose", "recall"))
    assert (proposed["proposal"], len(proposed["toSet"])) == (RECALL, LIMIT + 1)
    assert proposed["verdict"]["outcome"] == "valid"
    assert recall.body(STATUS_LIST_RECORD, DEGREES).ones == 0

    listed = await recall.json("proposal", "list", UNIVERSITY, *recall.asking)
    (open_one,) = listed["proposals"]
    assert (open_one["id"], open_one["approvals"]) == (RECALL, [f"{UNIVERSITY}#key-1"])
    assert open_one["expiresMs"] == proposed["expiresMs"]

    shown = await recall.json("proposal", "show", RECALL, *recall.asking)
    will = f"{DEGREES}: set 1,311 entries: {', '.join(map(str, range(20)))} …"
    assert (shown["state"], shown["will"], shown["found"]) == ("open", [will], True)
    assert shown["body"]["operations"][0]["operation"] == "update status list"
    people = await recall.run("proposal", "show", RECALL, *recall.asking)
    assert f"will do      {DEGREES}: set 1,311 entries: 0, 1," in " ".join(people.out.split("\n"))

    own = await recall.run("proposal", "approve", RECALL, "--yes", *recall.signing)
    assert own.error[0].startswith("refused: this key has approved the proposal already")

    approved = await recall.json("proposal", "approve", RECALL, "--yes", *second(recall))
    assert (approved["state"], approved["verdict"]["outcome"]) == ("completed", "valid")
    assert approved["height"] > proposed["height"]
    assert recall.body(STATUS_LIST_RECORD, DEGREES).ones == LIMIT + 1

    again = await recall.run("proposal", "approve", RECALL, "--yes", *second(recall))
    assert again.error[0].startswith("the proposal can no longer be approved: completed ")
    left = await recall.json("proposal", "list", UNIVERSITY, *recall.asking)
    assert left["proposals"] == []
    index = f"{PENDING_BY_SUBJECT.name}/{UNIVERSITY}"
    got = await recall.json("get", "index", index, "--verify", *recall.asking)
    assert got["answer"]["entries"][0]["id"] == RECALL
    record = await recall.json("get", "pending", RECALL, "--verify", *recall.asking)
    assert record["answer"]["body"]["endedBy"] == f"{UNIVERSITY}#key-2"


async def test_an_approval_shows_what_it_does_and_asks(
    recall: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recall.json(*setting(recall, "--propose", "recall"))
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    script = await recall.run("proposal", "approve", RECALL, *second(recall))
    assert script.code == 2
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    no = await recall.run("proposal", "approve", RECALL, *second(recall))
    assert "set 1,311 entries: 0, 1" in no.err
    assert f"Approve {RECALL}?" in no.err
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    yes = await recall.run("proposal", "approve", RECALL, *second(recall))
    assert yes.code == 0
    assert "done         did:web:university.example/status-lists/degrees" in yes.out


async def test_a_proposal_is_withdrawn_and_expires(recall: Registrar) -> None:
    await recall.json(*setting(recall, "--propose", "recall"))
    withdrawn = await recall.json("proposal", "withdraw", RECALL, "--yes", *second(recall))
    assert withdrawn["state"] == "withdrawn"
    until = recall.ledger.now_ms + 10_000
    again = await recall.run(*setting(recall, "--propose", "recall", "--until", str(until)))
    assert again.error[2] == "choose another name. The name of a proposal is never used twice"
    await recall.json(*setting(recall, "--propose", "second", "--until", str(until)))
    while recall.ledger.now_ms <= until:
        recall.ledger.commit()
    shown = await recall.json("proposal", "show", pending_id(UNIVERSITY, "second"), *recall.asking)
    assert shown["state"] == "expired"
    late = await recall.run("proposal", "approve", pending_id(UNIVERSITY, "second"), "--yes", *second(recall))
    assert late.error[0].startswith("the proposal can no longer be approved: expired, since ")
    assert (await recall.json("proposal", "list", UNIVERSITY, *recall.asking))["proposals"] == []


async def test_what_is_no_proposal(recall: Registrar) -> None:
    unknown = await recall.run("proposal", "approve", RECALL, "--yes", *second(recall))
    assert unknown.error == (
        "there is no proposal of this name",
        RECALL,
        "see what is open about an issuer with `matricula proposal list DID`",
    )
    absent = await recall.json("proposal", "show", RECALL, *recall.asking)
    assert (absent["found"], absent["body"]) == (False, None)
    for command in ("show", "approve", "withdraw"):
        signs = recall.asking if command == "show" else recall.signing
        wrong = await recall.run("proposal", command, DEGREES, *signs)
        assert (wrong.code, wrong.error[0]) == (
            2,
            f"'{DEGREES}' is no proposal's id: it is written DID/pending/NAME",
        )
    name = await recall.run(*setting(recall, "--propose", "Recall"))
    assert name.error[0] == "'Recall' is no name of a proposal"


def test_words_for_operations() -> None:
    update = UpdateStatusList(UNIVERSITY, "degrees", (7,), (1, 2))
    assert told(update) == f"{DEGREES}: set 1 entry: 7, and clear 2 entries: 1, 2"
    other = told(PublishSchema(UNIVERSITY, "diploma", "1.0.0", bytes(32)))
    assert other.startswith('{"operation": "publish schema", "owner": "did:web:university.example"')
