"""Where did:web documents are."""

import pytest

from api.documents.did_web import NoWebPlace, did_at, web_place


@pytest.mark.parametrize(
    ("did", "path", "folder"),
    [
        ("did:web:a.example", ".well-known/did.json", "a.example"),
        ("did:web:a.example:b:c", "b/c/did.json", "a.example"),
        ("did:web:a.example%3A8443", ".well-known/did.json", "a.example+8443"),
        ("did:web:a.example%3A8443:b", "b/did.json", "a.example+8443"),
        ("did:web:a.example:...", ".../did.json", "a.example"),
    ],
)
def test_a_place_and_back(did: str, path: str, folder: str) -> None:
    place = web_place(did)
    assert ("/".join(place.path), place.folder) == (path, folder)
    assert did_at(place.host, place.path[:-1]) == did


@pytest.mark.parametrize(
    ("did", "why"),
    [
        ("did:web:a.example:..", "leads elsewhere"),
        ("did:web:a.example:b:..:..:c", "leads elsewhere"),
        ("did:web:a.example:.", "leads elsewhere"),
        ("did:matricula:" + "a" * 52, "no did:web"),
        ("did:web:A.example", "lower case"),
        ("did:web:a.example:%2e%2e", "path uses"),
        ("did:key:z6Mk", "methods"),
        ("", "empty"),
    ],
)
def test_no_place(did: str, why: str) -> None:
    with pytest.raises(NoWebPlace, match=why):
        web_place(did)


@pytest.mark.parametrize(
    "segments",
    [
        (),
        ("",),
        ("..",),
        ("b", "..", "c"),
        ("b", ""),
        ("b%2Fc",),
        ("%2e%2e",),
        ("b\u0430",),
        ("b:c",),
        ("b",) * 9,
        ("b" * 200,),
    ],
)
def test_nothing_is_at_a_hostile_path(segments: tuple[str, ...]) -> None:
    assert did_at("a.example", segments) is None


def test_the_folder_of_the_host_itself_is_no_path() -> None:
    assert did_at("a.example", (".well-known",)) == "did:web:a.example"
    assert did_at("a.example", (".well-known", "b")) == "did:web:a.example:.well-known:b"
