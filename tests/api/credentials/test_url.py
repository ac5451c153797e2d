"""What counts as one absolute URL."""

import pytest

from api.credentials.document import Json
from api.credentials.url import is_url

URLS = [
    "https://university.example/a?b=c#d",
    "http://localhost:8443/x",
    "HTTPS://university.example",
    "https://university.example/ä",
    "https://[2001:db8::1]/x",
    "did:web:university.example%3A8443",
    "did:web:university.example:faculty#key-1",
    "did:example:subject:one",
    "urn:uuid:0e2a4a10-93bc-4d3e-a1b3-6d8f0f4f2e11",
    "urn:learner:1",
    "mailto:a@university.example",
    "data:application/json,%7B%7D",
]
NO_URLS: list[Json] = [
    None,
    5,
    {},
    ["https://university.example"],
    "",
    "x",
    "university.example",
    "/x",
    "//university.example/x",
    "#x",
    "?x",
    "_:b0",
    "1a:b",
    "https:",
    "https://",
    "https:///x",
    "https:university.example",
    "https://:443/",
    "https://university.example:port/",
    "https://university.example:99999/",
    "https://[::1/",
    "https ://university.example",
    " https://university.example",
    "https://university.example/a b",
    "https://university.example/\n",
    "https://university.example/\t",
    "https://university.example/\x1b[2J",
    "https://university.example/\u00a0",
    "https://university.example/\u2028",
    "https://university.example/<x>",
    'https://university.example/"',
    "did:",
    "did:web",
    "did:web:",
    "did:WEB:university.example",
    "did:web:university.example:",
    "did:web:university.example%3",
    "urn:x",
    "urn:x:",
]


@pytest.mark.parametrize("text", URLS)
def test_urls(text: str) -> None:
    assert is_url(text)


@pytest.mark.parametrize("found", NO_URLS)
def test_no_urls(found: Json) -> None:
    assert not is_url(found)
