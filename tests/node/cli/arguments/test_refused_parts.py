"""Parts of a transaction that cannot be made: what was given, what is wrong, and how it is written."""

import pytest

from node.cli.app import UsedWrongly
from node.cli.arguments.refused_parts import explain_malformed, require_did, require_name, require_version
from registry.build import TransactionBuilder
from registry.kinds.status_list.record import StatusPurpose
from registry.names import fault_of_did
from registry.primitives.codec import Malformed
from tests.node.cli.conftest import Registrar

OWNER = "did:web:a.example"
SIZES = "give a multiple of 1,024 from 131,072 to 4,194,304"


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("did:web:A.example", "lower case"),
        ("did:web:münchen.example", "punycode"),
        ("did:web:a.example:8443x/y", "slashes"),
        ("did:web:a.example%3a8443", "%3A8443"),
        (" did:web:a.example", "space"),
        ("did:web:a.example ", "space"),
        ("did:web:" + "a" * 200, "characters"),
        ("did:key:z6Mk", "did:key"),
        ("https://a.example", "did:web:"),
        ("", "empty"),
    ],
)
def test_what_is_wrong_with_a_did(written: str, part: str) -> None:
    with pytest.raises(UsedWrongly) as refused:
        require_did(written, "--as")
    assert refused.value.what.endswith(f" is no DID: {fault_of_did(written)}")
    assert part in refused.value.what
    assert refused.value.where == "--as"


def test_a_did_is_taken_as_it_is() -> None:
    assert require_did(OWNER, "--as") == OWNER


@pytest.mark.parametrize("written", ["My Degrees", "", "degrees/2026", "ä", "a" * 65])
def test_what_is_no_name_is_told_with_how_one_is_written(written: str) -> None:
    require_name("degrees-2026", "a status list", "--status-list")
    with pytest.raises(UsedWrongly) as refused:
        require_name(written, "a status list", "--status-list")
    assert (refused.value.what, refused.value.where, refused.value.do) == (
        f"{written!r} is no name of a status list",
        "--status-list",
        "write 1 to 64 lower-case letters, digits and hyphens, such as degrees-2026",
    )


@pytest.mark.parametrize("written", ["1", "", "1.0", "v1.0.0", "1.0.0 ", "01.0.0"])
def test_what_is_no_version_is_told_with_how_one_is_written(written: str) -> None:
    require_version("1.0.0")
    with pytest.raises(UsedWrongly) as refused:
        require_version(written)
    assert (refused.value.what, refused.value.do) == (
        f"{written!r} is no version",
        "write it as major.minor.patch, such as 1.0.0",
    )


def refused_of(builder: TransactionBuilder) -> tuple[str, str]:
    with pytest.raises(Malformed) as malformed:
        builder.sign(f"{OWNER}#key-1", bytes(32), 5_000)
    explained = explain_malformed(malformed.value, builder.operations)
    assert isinstance(explained, UsedWrongly)
    return explained.what.partition(": ")[0], explained.do


def test_the_part_is_found_and_shown() -> None:
    def made() -> TransactionBuilder:
        return TransactionBuilder(bytes(32), bytes(16))

    name, owner, size, entry, key = (made() for _ in range(5))
    name.create_status_list(OWNER, "My List", StatusPurpose.REVOCATION)
    owner.create_status_list("did:web:A.example", "list", StatusPurpose.REVOCATION)
    size.create_status_list(OWNER, "list", StatusPurpose.REVOCATION, -5)
    entry.set_status(OWNER, "list", [5, 10**12])
    key.retire_key(OWNER, "key 1")
    assert refused_of(name)[0] == "'My List' is no name"
    assert refused_of(owner)[0] == "'did:web:A.example' is no DID"
    assert refused_of(size) == ("-5 is no size of a list", SIZES)
    assert refused_of(entry)[0] == "1000000000000 is no entry of a list"
    assert refused_of(key)[0] == "'key 1' is no key's name"


def test_what_came_from_elsewhere_leads_there() -> None:
    explained = explain_malformed(Malformed("bytes in place of text", "header.parent"))
    assert explained.exit_code == 1
    assert explained.where == "header.parent"
    assert "ask another node with --node" in explained.do


async def test_commands_say_it_before_they_make_keys_or_ask(registrar: Registrar) -> None:
    folder = registrar.folder / "new"
    wrong = await registrar.run("did", "register", folder, "--did", "did:web:A.example", *registrar.signing)
    assert (wrong.code, wrong.error[1]) == (2, "--did")
    assert not folder.exists()
    signer = (*registrar.asking, *registrar.key("institution.key", "did:web:Norte.example#key-1"))
    capital = await registrar.run("status", "create", "degrees", *signer)
    assert (capital.code, capital.error[1]) == (2, "--as")
    size = await registrar.run("status", "create", "degrees", "--size", "9999999999", *registrar.signing)
    assert (size.code, size.error[2]) == (2, SIZES)
    many = registrar.folder / "many"
    many.write_text("\n".join(map(str, range(5_000))))
    wide = await registrar.run("status", "set", "degrees", "--file", many, "--yes", *registrar.signing)
    assert (wide.code, wide.error[0]) == (2, "5,000 entries are named, and a transaction takes 4,096")
