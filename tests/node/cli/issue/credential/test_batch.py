"""`matricula credential sign`: no two credentials of a batch share what belongs to one alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.credentials.w3c.base_context import V2_CONTEXT
from api.issuer.drafts import read_draft, unsigned
from api.issuer.not_done import UnfitDraft
from node.cli.issue.keeping import Files
from registry.kinds.status_list.record import status_list_id
from tests.node.cli.conftest import Registrar
from tests.node.cli.issue.credential.test_command import badge, signing, written

UUID = "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b77"
NEW_ID = "give each an id of its own, such as a urn:uuid: `matricula credential template` draws one"
NEW_ENTRY = "draw another entry for one of them"
MOVE = ", or move the signed one to another folder if it no longer counts"


def of_entry(document: Any, index: int, host: str = "https://node.example") -> Any:
    """The document with another status entry, whose list another host serves."""
    (entry,) = document["credentialStatus"]
    path = entry["statusListCredential"].partition("/v1/")[2]
    url = f"{host}/v1/{path}"
    return {
        **document,
        "credentialStatus": [{**entry, "statusListIndex": str(index), "statusListCredential": url}],
    }


async def test_two_that_share_an_id_or_an_entry_are_not_signed(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder
    one = written(folder / "one.json", {**badge(did, 1), "id": UUID})
    two = written(folder / "two.json", {**badge(did, 2), "id": UUID})
    same_id = await registrar.run("credential", "sign", one, two, *options)
    assert same_id.error == (
        f"two credentials have the id {UUID}",
        f"{one} and {two}",
        f"{NEW_ID}; nothing was signed",
    )
    written(two, of_entry(badge(did, 2), 1, "http://other.example"))
    same_entry = await registrar.run("credential", "sign", one, two, *options)
    assert same_entry.error == (
        f"two credentials name entry 1 of {status_list_id(did, 'degrees')}: "
        "who revokes one of them revokes both",
        f"{one} and {two}",
        f"{NEW_ENTRY}; nothing was signed",
    )
    assert list(folder.glob("*.signed.json")) == []


@pytest.mark.parametrize("second", [("id",), ("entry",)], ids=["id", "entry"])
async def test_what_is_signed_beside_them_counts_too(second: tuple[str], registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder / "awards"
    one = written(folder / "one.json", {**badge(did, 1), "id": UUID})
    await registrar.json("credential", "sign", one, *options)
    one.unlink()
    document = {**badge(did, 2), "id": UUID} if second == ("id",) else of_entry(badge(did, 2), 1)
    two = written(folder / "two.json", document)
    refused = await registrar.run("credential", "sign", two, *options)
    what = f"two credentials have the id {UUID}" if second == ("id",) else "two credentials name entry 1 of "
    assert refused.error[0].startswith(what)
    assert refused.error[1:] == (
        f"{folder / 'one.signed.json'} and {two}",
        f"{NEW_ID if second == ('id',) else NEW_ENTRY}{MOVE}; nothing was signed",
    )
    (folder / "one.signed.json").rename(registrar.folder / "elsewhere.json")
    assert (await registrar.run("credential", "sign", two, *options)).code == 0


async def test_those_signed_before_may_be_left_out_with_new_ones(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder / "awards"
    for number in range(3):
        written(folder / f"{number}.json", badge(did, number))
        done = await registrar.json("credential", "sign", *sorted(folder.glob("*.json")), *options)
        assert done["signed"] == [str(folder / f"{number}.signed.json")]
        assert len(done["leftOut"]) == number


async def test_two_files_that_would_be_signed_into_one(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder
    one, two = written(folder / "one.json", badge(did, 1)), written(folder / "one", badge(did, 2))
    refused = await registrar.run("credential", "sign", one, two, *options)
    assert refused.error == (
        "both would be signed into the same file",
        f"{one} and {two}",
        "give the files different names; nothing was signed",
    )
    assert list(folder.glob("*.signed.json")) == []


async def test_a_folder_is_no_draft(registrar: Registrar) -> None:
    _, options = await signing(registrar)
    for folder in (".", "..", registrar.folder):
        ran = await registrar.run("credential", "sign", folder, *options)
        assert (ran.code, ran.error[0]) == (1, "it is a folder, not a file")


async def test_credentials_without_an_id_or_a_status_share_nothing(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    files = []
    for number in range(2):
        document = badge(did, number)
        document |= {"@context": [V2_CONTEXT], "type": ["VerifiableCredential"]}  # a badge has an id
        del document["id"], document["credentialStatus"]
        files.append(written(registrar.folder / f"{number}.json", document))
    assert len((await registrar.json("credential", "sign", *files, *options))["signed"]) == 2


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("did:web:other.example", "its issuer is 'did:web:other.example'"),
        ({"id": "did:web:other.example"}, "its issuer is 'did:web:other.example'"),
        ("University of Example", "its issuer is 'University of Example'"),
        ({"name": "University of Example"}, "it names no issuer"),
    ],
)
def test_a_draft_is_of_the_issuer_that_signs(named: object, what: str, tmp_path: Path) -> None:
    issuer = "did:web:a.example"
    file = written(tmp_path / "one.json", {"credentialSubject": {}, "issuer": named})
    with pytest.raises(UnfitDraft) as refused:
        read_draft(Files(), str(file), issuer, None)
    assert (refused.value.what, refused.value.where) == (f"{what}, the key is of {issuer}", str(file))
    written(file, {"credentialSubject": {}, "issuer": issuer})
    assert read_draft(Files(), str(file), issuer, None).name == str(file)


def test_a_file_that_is_named_twice_is_one(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({}))
    names = [str(path) for path in (file, tmp_path / "." / "one.json", tmp_path / "x" / ".." / "one.json")]
    ((name,), left_out) = unsigned(Files(), names)
    assert (Path(name).name, left_out) == ("one.json", [])
    signed = tmp_path / "one.signed.json"
    signed.write_text('{"proof": {}}')
    assert unsigned(Files(), [str(file), str(signed)]) == ([], [str(file)])
