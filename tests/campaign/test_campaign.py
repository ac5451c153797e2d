"""A short campaign of one seed; and whether a campaign sees what it looks for."""

import json
from typing import Any

import pytest

from tests.api.credentials.formats.jose.credentials import of_2_0
from tests.api.credentials.formats.jose.minted import token
from tests.api.credentials.formats.sd_jwt.minted import payload, sd_jwt
from tests.api.credentials.status.lists import bitstring_list, proved
from tests.api.verifier.credential.test_every_format import FORMATS, credential
from tests.campaign.changes import input_of
from tests.campaign.judging import REFUSED, false_valid, judged
from tests.campaign.originals import KINDS, LIST_URL, NAMED, PROVED, Sample, samples
from tests.campaign.running import Campaign
from tests.campaign.table import Row, table

SEED = 9
INPUTS = 1_000
EACH = pytest.mark.parametrize("kind", KINDS)


@EACH
def test_samples_are_valid_as_they_are(kind: str) -> None:
    for sample in samples(kind):
        found = judged(sample)
        assert found.outcome == "valid"
        assert false_valid(sample, found) == ""


def test_nothing_fails_in_a_short_campaign() -> None:
    campaign = Campaign(KINDS, SEED)
    campaign.run(INPUTS, lambda _: None)
    assert campaign.failures == []
    tried = {kind: row.outcomes.total() for kind, row in campaign.rows.items()}
    assert tried == dict.fromkeys(KINDS, INPUTS // len(KINDS))


def test_an_input_is_the_same_each_time() -> None:
    numbers = range(20)
    assert [input_of("SVG", n, SEED) for n in numbers] == [input_of("SVG", n, SEED) for n in numbers]
    assert input_of("SVG", 1, SEED) != input_of("SVG", 1, SEED + 1)


def of_other_list(data: bytes) -> Sample:
    """The original under a list of other content, signed by its issuer."""
    return Sample(samples("bitstring list")[1].data, {LIST_URL: data}, changes_list=True)


OTHERS: dict[str, Sample] = {
    **{name: Sample(write(credential(id="urn:x:other"))) for name, write in FORMATS.items()},
    "the end moved": Sample(FORMATS["eddsa-rdfc-2022"](credential(validUntil="2031-01-01T00:00:00Z"))),
    "a token of another name": Sample(token(of_2_0(name="Other")).encode()),
    "an SD-JWT of another kind": Sample(sd_jwt(payload(vct="https://a.example/other")).encode()),
    "another list": of_other_list(proved(bitstring_list(4, **NAMED), **PROVED)),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_what_no_original_says_is_seen(other: Sample) -> None:
    """Each of these is rightly signed by the keys of the samples, and valid: only what is said is another."""
    found = judged(other)
    assert found.outcome == "valid"
    assert false_valid(other, found).startswith("valid")


def changed(**members: Any) -> bytes:
    """The first sample as JSON, changed without being signed again."""
    return json.dumps({**json.loads(samples("eddsa-jcs-2022")[0].data), **members}).encode()


@pytest.mark.parametrize(
    ("data", "outcome"),
    [(b"", REFUSED), (changed(id="urn:x:2"), "invalid"), (changed(proof={"type": "x"}), "indeterminate")],
)
def test_what_becomes_of_an_input(data: bytes, outcome: str) -> None:
    assert judged(Sample(data)).outcome == outcome


def test_the_table_adds_up() -> None:
    row = Row("SVG")
    row.add(0, "valid", 2.0)
    row.add(1, "refused", 3.5)
    assert table([row]).splitlines() == [
        "     inputs  refused  invalid  indeterminate  valid (equal)  worst CPU ms",
        "SVG       2        1        0              0              1           3.5",
        "all       2        1        0              0              1           3.5",
    ]
    assert row.to_json() == {
        "kind": "SVG",
        "inputs": 2,
        "refused": 1,
        "invalid": 0,
        "indeterminate": 0,
        "valid": 1,
        "worstMs": 3.5,
        "worstNumber": 1,
    }
