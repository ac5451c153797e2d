"""The reference for whoever writes a verifier says what the code does: reasons, codes, domains and bounds."""

import re
from pathlib import Path

from api.answer import encoding, epoch_proofs
from api.verifier.verdict import INCONCLUSIVE, AnswerFlaw, Outcome, Verdict
from consensus.light_client import MAX_AGE_MS, TRUSTING_PERIOD_MS, HeaderRefusal
from consensus.timing import PRECISION_MS
from node.cli.asking.refusals import explanation
from registry.checking import ProofFlaw
from registry.kinds.status_list.record import MAX_SIZE, MIN_SIZE
from registry.primitives.codec import MAX_INTEGER
from registry.primitives.digest import Domain
from registry.proofs import MAX_PAGE
from registry.record_log import MAX_ID_BYTES, MAX_LEDGER_LEAF_BYTES
from registry.record_type import MAX_BODY_BYTES
from registry.ruleset import CURRENT
from registry.transaction import MAX_TRANSACTION_BYTES
from tests.answers.test_examples import OF_TRUST

TEXT = (Path(__file__).parents[2] / "docs" / "answers.md").read_text("utf-8")
VERDICT_FAMILIES = (AnswerFlaw, HeaderRefusal, ProofFlaw)


def test_the_table_of_outcomes_is_whole_and_right() -> None:
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (invalid|indeterminate) \|$", TEXT, re.MULTILINE))
    reasons = [reason for family in VERDICT_FAMILIES for reason in family]
    assert told == {
        reason.code: "indeterminate" if reason in INCONCLUSIVE else "invalid"
        for reason in reasons
        if reason not in OF_TRUST
    }


def test_what_a_command_tells_of_a_reason_is_named() -> None:
    """`matricula verify --json` has these members beside those of a verdict."""
    assert [member for member in explanation(Verdict(Outcome.VALID)) if f"`{member}`" not in TEXT] == []
    assert [family for family in VERDICT_FAMILIES if f"`{family.__name__}`" not in TEXT] == []


def test_every_domain_is_named() -> None:
    domains = [value.decode() for name, value in vars(Domain).items() if name.isupper()]
    assert [domain for domain in domains if f"`{domain}`" not in TEXT] == []


def test_the_bounds_are_those_of_the_code() -> None:
    bounds = {
        encoding.MAX_ANSWER_BYTES,
        encoding.MAX_JSON_BYTES,
        epoch_proofs.MAX_EPOCH_PROOFS_BYTES,
        MAX_BODY_BYTES,
        MAX_LEDGER_LEAF_BYTES,
        MAX_TRANSACTION_BYTES,
        MAX_SIZE,
        MIN_SIZE,
        MAX_SIZE // 8,
        MAX_PAGE + 1,
        MAX_AGE_MS,
        TRUSTING_PERIOD_MS,
    }
    assert [bound for bound in bounds if f"{bound:,}" not in TEXT] == []
    assert f"text(1–{MAX_ID_BYTES})" in TEXT
    assert f"now + {PRECISION_MS}" in TEXT
    assert MAX_INTEGER == 2**53 - 1


def test_every_kind_and_relation_that_can_be_asked_for_is_named() -> None:
    """In the document's own words or in the table that it points at."""
    assert "(records.md#records)" in TEXT
    records = (Path(__file__).parents[2] / "docs" / "records.md").read_text("utf-8")
    assert [name for name in CURRENT.records if f"| `{name}` | " not in records] == []
    assert [relation.name for relation in CURRENT.relations if f"`{relation.name}/" not in records] == []
