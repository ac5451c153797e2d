"""`credential bake`: a signed credential in a picture, and what is taken out of it again."""

import json
from pathlib import Path

import pytest

from api.credentials.wrappers.badge_image import badge_image
from api.credentials.wrappers.table import unwrap
from node.cli.issue.credential.bake import bake_file
from node.files.bounded import WrongFile
from node.wording.explained import Explained

SIGNED = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:web:university.example",
    "credentialSubject": {"name": "Ada ]]> Ž"},
    "proof": {"type": "DataIntegrityProof"},
}
SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>\n'


@pytest.fixture
def award(tmp_path: Path) -> Path:
    """A signed credential in a file."""
    file = tmp_path / "award.signed.json"
    file.write_text(json.dumps(SIGNED, indent=2, ensure_ascii=False))
    return file


def test_a_badge_is_drawn(award: Path) -> None:
    written = bake_file(award, None, None)
    assert written == award.with_name("award.badge.png")
    found = unwrap(written.read_bytes())
    assert found is not None
    assert found.content == award.read_bytes()


def test_a_picture_of_ones_own(award: Path, tmp_path: Path) -> None:
    picture = tmp_path / "seal.svg"
    picture.write_text(SVG)
    written = bake_file(award, picture, None)
    assert written == award.with_name("award.badge.svg")
    found = unwrap(written.read_bytes())
    assert found is not None
    assert found.content == award.read_bytes()


def test_where_it_is_put(award: Path, tmp_path: Path) -> None:
    named = tmp_path / "x.png"
    assert bake_file(award, None, named) == named
    with pytest.raises(FileExistsError):
        bake_file(award, None, named)


def test_a_draft_is_not_baked(award: Path) -> None:
    award.write_text(json.dumps({name: member for name, member in SIGNED.items() if name != "proof"}))
    with pytest.raises(Explained, match="not signed"):
        bake_file(award, None, None)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"GIF89a", "this is a picture, not"), (b"<svg/>", "an empty picture"), (badge_image()[:-9], "damaged")],
)
def test_a_picture_that_takes_none(award: Path, tmp_path: Path, content: bytes, told: str) -> None:
    picture = tmp_path / "picture"
    picture.write_bytes(content)
    with pytest.raises(WrongFile, match=told):
        bake_file(award, picture, None)


def test_what_was_baked_is_not_baked_again(award: Path) -> None:
    written = bake_file(award, None, None)
    with pytest.raises(WrongFile, match="with a badge baked into it"):
        bake_file(award, written, award.with_name("y.png"))
