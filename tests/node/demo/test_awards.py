"""What the demonstration awards conforms to the schema, with and without the public example."""

from pathlib import Path

from api.credentials.open_badges import (
    Award,
    AwardingBody,
    AwardStatus,
    MicroCredential,
    StatusEntryPurpose,
    open_badge,
)
from api.credentials.schema import micro_credential as schema
from node.demo.awards import LEARNERS, micro_credential


def violations(award: MicroCredential) -> tuple[object, ...]:
    body = AwardingBody("did:web:a.example:badges", "A", "PT")
    status = AwardStatus("https://a.example/list", StatusEntryPurpose.REVOCATION, 7)
    detail = Award(
        "urn:example:1", LEARNERS[0], "2026-01-31T12:00:00Z", "https://a.example/schema", (status,)
    )
    return schema().violations(open_badge(body, award, detail))


def test_an_achievement_of_our_own(tmp_path: Path) -> None:
    award, is_public_example = micro_credential(tmp_path)
    assert (award.title, award.ects_tenths, is_public_example) == (
        "Data Stewardship for Research Groups",
        30,
        False,
    )
    assert violations(award) == ()


def test_the_achievement_of_the_public_example(vectors: Path) -> None:
    award, is_public_example = micro_credential(vectors)
    assert (award.title, award.ects_tenths, is_public_example) == ("1EdTech University Degree", 360, True)
    assert violations(award) == ()
