"""The URLs that name a status list of the registry.

Two forms, each after any host and any path before it:

- `/status/ISSUER/NAME` is where a list is published for every verifier, as its issuer signs it
  (`api.publications`). New credentials name it.
- `/v1/status-lists/ID` is where a node answers with a proof.

The host has no say: the registry's list counts wherever it is served. A URL with a query or a fragment names
something else. What is percent-encoded is read decoded once, and as it stands: the list of
`did:web:host%3A8443` is found at `%253A`, which is right, and at `%3A`, which people write.
"""

from typing import Final
from urllib.parse import quote, unquote, urlsplit

from registry.kinds.status_list.record import STATUS_LIST_RECORD, status_list_id
from registry.ruleset import CURRENT

PUBLISHED_PATH: Final = "/status/"
_ANSWERS_PATH: Final = "/v1/status-lists/"


def published_url(base: str, list_id: str) -> str:
    """Where a list is published under an address such as `https://node.example.edu`. `list_id` is one."""
    issuer, _, name = list_id.partition("/status-lists/")
    return f"{base.rstrip('/')}{PUBLISHED_PATH}{quote(issuer, safe=':')}/{name}"


def lists_named(url: str) -> tuple[str, ...]:
    """The ids of the registry's lists that a URL may name, the likeliest first; none for any other URL."""
    if url.partition(":")[0].lower() not in ("http", "https") or "?" in url or "#" in url:
        return ()
    path = urlsplit(url).path
    written = (path.partition(_ANSWERS_PATH)[2], _published_id(path))
    ids = (name for text in written for name in (unquote(text), text))
    return tuple(dict.fromkeys(name for name in ids if _is_list_id(name)))


def _published_id(path: str) -> str:
    issuer, _, name = path.rpartition(PUBLISHED_PATH)[2].partition("/")
    return status_list_id(issuer, name)


def _is_list_id(text: str) -> bool:
    return CURRENT.fault_of_id(STATUS_LIST_RECORD.name, text) is None
