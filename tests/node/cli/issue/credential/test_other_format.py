"""The commands know no format: one that is in the table is signed, anchored and judged by them as it is."""

import json
from pathlib import Path

import pytest

from api.credentials.formats import table
from tests.api.credentials.line_format import LineFormat
from tests.node.cli.conftest import Registrar
from tests.node.cli.issue.credential.test_command import signing

END_MS = 1_900_000_000_000


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are read as well."""
    monkeypatch.setattr(table, "FORMATS", (*table.FORMATS, LineFormat()))


def draft(folder: Path, issuer: str, entry: int) -> Path:
    """A line that is to be signed."""
    file = folder / f"{entry}.line"
    file.write_text(f"{issuer} {END_MS} {entry}")
    return file


def presenting(signed: Path) -> str:
    """A presentation that holds a line."""
    return json.dumps({"type": "VerifiablePresentation", "verifiableCredential": [signed.read_text()]})


async def test_a_line_from_signing_to_revocation(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    transactions = (
        *registrar.asking,
        *registrar.key("department/transactions-1.key", f"{did}#transactions-1"),
    )
    file = draft(registrar.folder, did, 7)
    done = await registrar.json("credential", "sign", file, *options)
    signed = f"{file}.signed.json"
    assert done["signed"] == [signed]
    again = await registrar.json("credential", "sign", file, *options)
    assert again == {"signed": [], "leftOut": [str(file)]}

    anchored = await registrar.json("anchor", signed, *transactions)
    verify = ("credential", "verify", signed, *registrar.asking)
    good = await registrar.json(*verify)
    assert (good["outcome"], good["anchoredMs"]) == ("valid", anchored["timeMs"])
    assert good["checks"][0]["detail"] == "a line"
    presentation = registrar.folder / "presentation.json"
    presentation.write_text(presenting(Path(signed)))
    presented = await registrar.json("credential", "verify", presentation, *registrar.asking)
    assert presented["outcome"] == "valid"

    await registrar.json("status", "set", "degrees", "7", "--yes", *transactions)
    revoked = await registrar.run(*verify, "--json")
    assert (revoked.code, revoked.json["outcome"]) == (1, "invalid")


async def test_what_no_two_share_and_what_is_not_signed(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder
    one, two = draft(folder, did, 7), draft(folder / "department", did, 7)
    shared = await registrar.run("credential", "sign", one, two, *options)
    assert shared.error[0].startswith(f"two credentials name entry 7 of {did}/status-lists/degrees")
    unsigned = await registrar.run("anchor", one, *options)
    assert unsigned.error[0] == "it is not signed"
    one.write_text("did:web:a.example 7")
    damaged = await registrar.run("credential", "verify", one, *registrar.asking)
    assert damaged.error[0].startswith("this cannot be read as a credential: ")
    assert damaged.error[1] == str(one)
