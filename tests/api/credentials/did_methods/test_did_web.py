"""Where the document of a did:web is."""

import pytest

from api.credentials.did_methods.did_web import did_web_url
from api.credentials.did_methods.fault import DidError, DidFault


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:example.com", "https://example.com/.well-known/did.json"),
        ("did:web:example.com:issuers:5", "https://example.com/issuers/5/did.json"),
        ("did:web:example.com%3A8443", "https://example.com:8443/.well-known/did.json"),
        ("did:web:example.com%3a8443:a", "https://example.com:8443/a/did.json"),
        ("did:web:localhost%3A8443:u", "https://localhost:8443/u/did.json"),
        ("did:web:Example.COM:Users", "https://example.com/Users/did.json"),
        ("did:web:xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example/.well-known/did.json"),
        ("did:web:example.com:a%20b~c", "https://example.com/a%20b~c/did.json"),
        ("did:web:0.example", "https://0.example/.well-known/did.json"),
    ],
)
def test_the_document_of_a_name(did: str, url: str) -> None:
    assert did_web_url(did) == url


@pytest.mark.parametrize(
    "rest",
    [
        "",
        ":a",
        "example.com:",
        "example.com::a",
        "example.com:.",
        "example.com:..:..:etc",
        "example.com:%2e%2E",
        "example.com:a%2Fb",
        "example.com:a%5cb",
        "example.com:a%252Fb",
        "example.com:a%00",
        "example.com:a%0d%0aHost",
        "example.com:a%7F",
        "example.com:a%2",
        "example.com/a",
        "example.com?a",
        "example.com#a",
        "example.com:a#b",
        "example.com:a?b",
        "user@example.com",
        "user%40example.com",
        "example.com%3A443%40evil.example",
        "example.com%3A",
        "example.com%3A0",
        "example.com%3A08443",
        "example.com%3A65536",
        "example.com%3A8443%3A1",
        "example.com%3A٣",
        "example.com%3A-1",
        "example.com.",
        ".example.com",
        "exa..mple.com",
        "-example.com",
        "example-.com",
        "exa_mple.com",
        "exam ple.com",
        "example.com\n",
        "еxample.com",  # a Cyrillic letter
        "example。com",
        "ｅxample.com",
        "example.com\u200b",
        "münchen.example",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "example.0x",
        "example.1",
        "%5B::1%5D",
        "[::1]",
        "a" * 64 + ".example",
        "a." * 130 + "example",
        "example.com:" + "a" * 2_000,
    ],
)
def test_what_names_no_document(rest: str) -> None:
    with pytest.raises(DidError) as caught:
        did_web_url(f"did:web:{rest}")
    assert caught.value.fault is DidFault.DID_MALFORMED
    assert len(caught.value.detail) <= 200


@pytest.mark.parametrize("did", ["", "did:key:z6Mk", "DID:web:example.com", "https://example.com"])
def test_what_is_no_did_web(did: str) -> None:
    with pytest.raises(DidError) as caught:
        did_web_url(did)
    assert caught.value.fault is DidFault.DID_MALFORMED
