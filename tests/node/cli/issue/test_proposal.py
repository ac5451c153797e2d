"""`matricula status set --propose` and `matricula proposal`: two people, two keys, two blocks."""

import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest

from api.client import Client, Failure, FailureKind, NoAnswer
from api.documents.readable import render
from api.problems import RequestFault
from node.cli.asking.connection import connect
from node.cli.issue.proposal.comparing import require_sets_exactly
from node.cli.issue.proposal.ranges import entries_told
from node.cli.issue.proposal.reading import PENDING_RECORD, proposal_at
from node.cli.issue.proposal.wording import told, told_lines
from node.wording.explained import Explained
from registry.kinds.pending.record import PENDING_BY_SUBJECT, Approval, Pending, PendingState, pending_id
from registry.kinds.schema.operations import PublishSchema
from registry.kinds.status_list.operations import UpdateStatusList
from registry.kinds.status_list.record import STATUS_LIST_RECORD, status_list_id
from registry.operation import Operation
from registry.record_type import RecordType
from tests.api.conftest import serve
from tests.node.cli.conftest import Registrar, keep_key
from tests.node.cli.issue.test_publication import Terminal
from tests.registry.network import INVOKE, UNIVERSITY, owned

DEGREES = status_list_id(UNIVERSITY, "degrees")
RECALL = pending_id(UNIVERSITY, "recall")
LIMIT = 1_310
DAY_MS = 86_400_000
DEPARTMENT = "did:web:department.example"


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
    assert open_one["proposer"] == UNIVERSITY
    assert open_one["expiresMs"] == proposed["expiresMs"]

    shown = await recall.json("proposal", "show", RECALL, *recall.asking)
    will = f"{DEGREES}: set 1,311 entries: 0–1310"
    assert (shown["state"], shown["will"], shown["found"]) == ("open", [will], True)
    assert shown["body"]["operations"][0]["operation"] == "update status list"
    people = await recall.run("proposal", "show", RECALL, *recall.asking)
    assert f"will do      {DEGREES}: set 1,311 entries: 0–1310" in " ".join(people.out.split("\n"))

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
    assert "set 1,311 entries: 0–1310" in no.err
    assert f"proposed by  {UNIVERSITY}" in no.err
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
    assert unknown.error[0].startswith("there was no proposal of this name at ")
    assert unknown.error[1] == RECALL
    assert "`matricula proposal list --by DID`" in " ".join(unknown.err.split())
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


def propose(recall: Registrar, proposer: str, name: str, *subjects: str) -> str:
    """A proposal about lists of these DIDs, which need not exist; its id."""
    builder = recall.ledger.builder()
    for subject in subjects:
        builder.set_status(subject, "degrees", set_indices=[7])
    builder.propose(proposer, name, recall.ledger.now_ms + DAY_MS)
    recall.ledger.commit(recall.ledger.sign(builder, proposer))
    return pending_id(proposer, name)


async def test_what_the_controller_proposes_is_listed_with_who_did(recall: Registrar) -> None:
    """Under its subject a proposal of the DID itself or of its controller; under its proposer each."""
    builder = recall.ledger.builder()
    keys = [owned(DEPARTMENT, INVOKE, "key-1")]
    builder.register_did(UNIVERSITY, keys, did=DEPARTMENT, controller=UNIVERSITY)
    recall.ledger.commit(recall.ledger.sign(builder))
    own = propose(recall, DEPARTMENT, "own", DEPARTMENT)
    controllers = propose(recall, UNIVERSITY, "controllers", DEPARTMENT)
    foreign = propose(recall, DEPARTMENT, "foreign", DEPARTMENT, UNIVERSITY)

    everything = await recall.json("proposal", "list", DEPARTMENT, *recall.asking)
    assert [(each["id"], each["proposer"]) for each in everything["proposals"]] == [
        (foreign, DEPARTMENT),
        (controllers, UNIVERSITY),
        (own, DEPARTMENT),
    ]
    assert (await recall.json("proposal", "list", UNIVERSITY, *recall.asking))["proposals"] == []
    people = await recall.run("proposal", "list", DEPARTMENT, *recall.asking)
    assert "proposed by" in people.out

    by = await recall.json("proposal", "list", "--by", UNIVERSITY, *recall.asking)
    assert [each["id"] for each in by["proposals"]] == [controllers]
    assert (by["by"], by["candidates"], by["lookedAt"]) == (UNIVERSITY, 1, 1)
    nobody = await recall.json("proposal", "list", "--by", "did:web:nobody.example", *recall.asking)
    assert nobody["proposals"] == []

    newest = await recall.json("proposal", "list", DEPARTMENT, "--newest", "1", *recall.asking)
    assert [each["id"] for each in newest["proposals"]] == [foreign]
    assert (newest["candidates"], newest["lookedAt"]) == (3, 1)
    bounded = await recall.run("proposal", "list", DEPARTMENT, "--newest", "1", *recall.asking)
    words = " ".join(bounded.out.split())
    assert f"`matricula proposal list {DEPARTMENT} --newest 3` looks at all" in words


async def test_a_list_is_asked_for_by_subject_or_by_proposer(recall: Registrar) -> None:
    for whose in ((), (UNIVERSITY, "--by", UNIVERSITY)):
        wrong = await recall.run("proposal", "list", *whose, *recall.asking)
        assert (wrong.code, wrong.error[0]) == (2, "whose proposals are asked for?")


async def test_an_approval_is_compared_with_what_is_expected(recall: Registrar) -> None:
    await recall.json(*setting(recall, "--propose", "recall"))
    approve = ("proposal", "approve", RECALL, "--yes", *second(recall))
    few = recall.folder / "few"
    few.write_text("\n".join(map(str, [*range(1, LIMIT + 1), 2_000, 2_001, 3_000])))
    refused = await recall.run(*approve, "--file", few)
    assert refused.error[0] == (
        "the proposal does not set exactly the entries in the file: it also sets 1 entry: 0, and it does not "
        "set 3 entries: 2000–2001, 3000"
    )
    assert recall.body(STATUS_LIST_RECORD, DEGREES).ones == 0
    ran = await recall.run(*approve, "--file", recall.folder / "many")
    assert ran.code == 0
    assert "it sets exactly the 1,311 in" in ran.err
    assert recall.body(STATUS_LIST_RECORD, DEGREES).ones == LIMIT + 1


@pytest.mark.parametrize(
    "further",
    [
        UpdateStatusList(UNIVERSITY, "degrees", (), (1,)),
        UpdateStatusList(UNIVERSITY, "leave", (7,), ()),
        PublishSchema(UNIVERSITY, "diploma", "1.0.0", bytes(32)),
    ],
    ids=["clears", "another list", "no list"],
)
def test_a_proposal_that_does_anything_else_is_never_as_expected(further: Operation) -> None:
    update = UpdateStatusList(UNIVERSITY, "degrees", (7,), ())
    require_sets_exactly(proposal_of(update), {7}, Path("file"))
    with pytest.raises(Explained, match="something else than to set entries of one status list"):
        require_sets_exactly(proposal_of(update, further), {7}, Path("file"))


async def test_a_node_that_is_behind_does_not_say_what_became_of_an_approval(
    recall: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state that is told is that after the approval, or none; what was sent counts all the same."""
    asked = []

    async def behind(client: Client, kind: RecordType[Any], record_id: str, known_at_ms: int | None) -> None:
        asked.append((kind, record_id, known_at_ms))
        failure = Failure(recall.url, FailureKind.REFUSED, RequestFault.KNOWN_AT_AHEAD)
        raise NoAnswer([failure])

    await recall.json(*setting(recall, "--propose", "recall"))
    monkeypatch.setattr(Client, "record", behind)
    approved = await recall.run("proposal", "approve", RECALL, "--yes", *second(recall))
    assert approved.code == 0
    assert f"state        not proved yet: ask with `matricula proposal show {RECALL}`" in approved.out
    assert recall.body(STATUS_LIST_RECORD, DEGREES).ones == LIMIT + 1
    (question,) = asked
    assert question == (PENDING_RECORD, RECALL, recall.ledger.now_ms)


async def test_of_a_node_that_is_behind_the_next_one_is_asked(recall: Registrar) -> None:
    """It does not know of the proposal, and says nothing about the time that is asked for."""
    await recall.json(*setting(recall, "--propose", "recall"))
    earlier = copy.copy(recall.ledger)
    await recall.json("proposal", "withdraw", RECALL, "--yes", *second(recall))
    now_ms = recall.ledger.now_ms
    async for behind in serve(earlier):
        slow = f"http://127.0.0.1:{behind.port}"
        connection = connect(node=[slow, recall.url], genesis=recall.genesis)
        async with connection.client() as client:
            body = await proposal_at(client, RECALL, now_ms)
            assert body is not None
            assert body.state is PendingState.WITHDRAWN
            (failure,) = (await client.record(PENDING_RECORD, RECALL, now_ms)).failures
            assert (failure.node, failure.reason) == (slow, RequestFault.KNOWN_AT_AHEAD)


def test_words_for_operations() -> None:
    update = UpdateStatusList(UNIVERSITY, "degrees", (7,), (1, 2))
    assert told(update) == f"{DEGREES}: set 1 entry: 7, and clear 2 entries: 1–2"
    other = told(PublishSchema(UNIVERSITY, "diploma", "1.0.0", bytes(32)))
    assert other.startswith('{"operation": "publish schema", "owner": "did:web:university.example"')


def test_entries_are_told_as_ranges_with_all_of_them_counted() -> None:
    assert entries_told(()) == "0 entries: "
    assert entries_told((7,)) == "1 entry: 7"
    assert entries_told((0, 1, 2, 5, 7, 8)) == "6 entries: 0–2, 5, 7–8"
    assert entries_told((0, 1, 2, 5, 7, 8), 3) == "6 entries: 0–2, 5, 7–8"
    assert entries_told((0, 1, 2, 5, 7, 8), 2) == "6 entries: 0–2, 5 … (2 of 3 ranges)"


def test_what_is_cut_names_the_command_that_shows_all() -> None:
    scattered = proposal_of(UpdateStatusList(UNIVERSITY, "degrees", tuple(range(0, 200, 2)), ()))
    line, more = told_lines("will do", RECALL, scattered)
    assert line.startswith(f"will do      {DEGREES}: set 100 entries: 0, 2, 4, ")
    assert line.endswith(" 78 … (40 of 100 ranges)")
    assert more == f"not all      `matricula proposal show {RECALL}` shows every entry"
    (whole,) = told_lines("will do", RECALL, scattered, None)
    assert whole.endswith(" 196, 198")


def test_other_operations_are_told_whole() -> None:
    publish = PublishSchema(UNIVERSITY, "d" * 64, "1.0.0", bytes(32))
    assert json.loads(told(publish)) == render(publish)
    assert len(told(publish)) > 200


def proposal_of(*operations: Operation) -> Pending:
    """An open proposal of the university."""
    approval = Approval(UNIVERSITY, "key-1", 1, None)
    return Pending(operations, bytes(16), DAY_MS, (approval,), ((PendingState.OPEN, 1),), None)
