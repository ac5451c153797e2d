"""Which list of the registry an entry names, whatever its type.

- G1 Of the lists that a URL may name (`api.credentials.list_url`) the issuer's own counts. So the list of
  `did:web:host%3A8443` is found at `%253A`, which is right, and at `%3A`, which people write, and no list of
  somebody else comes in its place.
"""

from api.credentials.list_url import lists_named
from registry.names import owner_of


def registry_list(url: str, issuer: str | None) -> str | None:
    """The registry's id of the list that a URL names: one of the issuer's where it may be one (G1); None for
    any other URL.
    """
    ids = lists_named(url)
    own = (name for name in ids if owner_of(name) == issuer)
    return next(own, next(iter(ids), None))
