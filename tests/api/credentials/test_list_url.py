"""Which URLs name a list of the registry, and where a list is published."""

import pytest

from api.credentials.list_url import lists_named, published_url

WEB = "did:web:localhost%3A8443"
LIST = f"{WEB}/status-lists/degrees"
OF_PATH = "did:web:localhost:8443/status-lists/degrees"
"""What the same text names once it is decoded: `8443` is a path then, and no port."""


def test_where_a_list_is_published() -> None:
    url = published_url("https://node.example/", LIST)
    assert url == "https://node.example/status/did:web:localhost%253A8443/degrees"
    assert lists_named(url) == (LIST,)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://a.example/status/did:web:b.example/c", ("did:web:b.example/status-lists/c",)),
        ("http://a.example/below/status/did:web:b.example/c", ("did:web:b.example/status-lists/c",)),
        (
            "https://a.example/status/status/did:web:b.example/status",
            ("did:web:b.example/status-lists/status",),
        ),
        (f"https://a.example/status/{WEB}/degrees", (OF_PATH, LIST)),
        (f"https://a.example/v1/status-lists/{LIST}", (OF_PATH, LIST)),
        ("https://a.example/status/did:web:b.example/c?time=1", ()),
        ("https://a.example/status/did:web:b.example/c#list", ()),
        ("https://a.example/status/did:web:b.example/c/d", ()),
        ("https://a.example/status/did:web:b.example", ()),
        ("https://a.example/status/did:key:z6Mk/c", ()),
        ("ftp://a.example/status/did:web:b.example/c", ()),
        ("https://a.example/", ()),
    ],
)
def test_which_list_a_url_names(url: str, named: tuple[str, ...]) -> None:
    assert lists_named(url) == named
