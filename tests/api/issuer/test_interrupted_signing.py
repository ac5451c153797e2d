"""Wherever signing is interrupted, the same call signs what is left, and what was kept stays as it is."""

import json
from collections.abc import Callable

import pytest

from api.credentials.formats.table import read_credential
from api.issuer.drafts import read_draft, require_apart, unsigned
from api.issuer.keeping import Keeping
from api.issuer.key import SigningKey
from api.issuer.not_done import KeptAlready, NotTheDraft, SharedByTwo, UnfitKey
from api.issuer.signing import SigningBatch, accepted, sign_and_keep
from api.verifier.credential import judge, overall
from api.verifier.verdict import Outcome
from tests.api.credentials.samples import SEED
from tests.api.issuer.memory import SPOILT, BrokenKey, Crash, Memory, SealedKey
from tests.api.verifier.credential.awarded import AWARDED, GOOD, ISSUER, METHOD, NOW_MS, draft

NAMES = ("one", "two", "three")


def place(writes: int | None = None) -> Memory:
    """Three drafts, each with an id of its own and no status."""
    documents = {name: draft(AWARDED, id=f"urn:example:{name}", credentialStatus=...) for name in NAMES}
    return Memory({name: json.dumps(document).encode() for name, document in documents.items()}, writes)


def sealed(seed: bytes = SEED) -> SealedKey:
    """The issuer's key for credentials."""
    return SealedKey(METHOD, seed)


def sign(keeping: Keeping, key: SigningKey, now_ms: int = NOW_MS) -> tuple[list[str], list[str]]:
    """What a command does: the names of what was signed now, and of what was left out."""
    names, left_out = unsigned(keeping, NAMES)
    drafts = [read_draft(keeping, name, ISSUER, None) for name in names]
    batch = SigningBatch(drafts, GOOD, now_ms, accepted(even_if_expired=False))
    assert batch.judge() == []
    require_apart(keeping, drafts, keeping.signed_beside(names))
    return sign_and_keep(keeping, batch, key), left_out


@pytest.mark.parametrize("writes", range(len(NAMES)))
def test_an_interruption_after_each_write(writes: int) -> None:
    keeping, key = place(writes), sealed()
    with pytest.raises(Crash):
        sign(keeping, key)
    assert key.signatures == len(NAMES)  # nothing is kept before all are signed
    before = dict(keeping.kept)
    assert len(before) == len(NAMES) + writes
    keeping.writes = None
    signed, left_out = sign(keeping, key, NOW_MS + 5_000)
    assert (left_out, signed) == (list(NAMES[:writes]), [f"{name} signed" for name in NAMES[writes:]])
    assert before.items() <= keeping.kept.items()
    for name in NAMES:
        checks = judge(read_credential(keeping.kept[f"{name} signed"]), GOOD, now_ms=NOW_MS + 5_000)
        assert overall(checks) is Outcome.VALID
    assert sign(keeping, key) == ([], list(NAMES))


def test_nothing_is_signed_by_a_key_that_does_not_count() -> None:
    keeping, key = place(), SealedKey(METHOD, bytes(32))
    with pytest.raises(UnfitKey) as refused:
        sign(keeping, key)
    assert (refused.value.what, refused.value.where) == ("the ledger has another key under this name", METHOD)
    assert (key.signatures, keeping.kept) == (0, place().kept)


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_nothing_is_kept_that_a_broken_key_has_signed(spoil: Callable[[bytes], bytes]) -> None:
    keeping = place()
    with pytest.raises(UnfitKey) as refused:
        sign(keeping, BrokenKey(METHOD, SEED, spoil))
    assert refused.value.what == "what the key signs does not verify by its public half"
    assert (refused.value.where, keeping.kept) == (METHOD, place().kept)


def test_what_somebody_kept_meanwhile_is_not_written_over() -> None:
    keeping = place()
    names, _ = unsigned(keeping, NAMES)
    drafts = [read_draft(keeping, name, ISSUER, None) for name in names]
    keeping.kept["two signed"] = b"another's"
    batch = SigningBatch(drafts, GOOD, NOW_MS, accepted(even_if_expired=False))
    with pytest.raises(KeptAlready) as refused:
        sign_and_keep(keeping, batch, sealed())
    assert (refused.value.where, keeping.kept["two signed"]) == ("two signed", b"another's")


def test_a_draft_that_was_changed_after_it_was_signed() -> None:
    keeping = place()
    sign(keeping, sealed())
    keeping.kept["one"] = json.dumps(draft(AWARDED, id="urn:example:corrected")).encode()
    with pytest.raises(NotTheDraft) as refused:
        sign(keeping, sealed())
    assert refused.value.where == "one signed"


def test_two_with_one_id() -> None:
    keeping = place()
    keeping.kept["two"] = keeping.kept["one"]
    with pytest.raises(SharedByTwo) as refused:
        sign(keeping, sealed())
    assert refused.value.where == "one and two"
