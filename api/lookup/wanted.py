"""What kinds of things are fetched: how they are asked for, which media types they come in, how large they
may be, and for how long a node keeps them. Pure.

Rules:

- W1 The Accept header names the types of the standards first. Anything else is asked for last, so that a
  server that does not know them answers all the same.
- W2 A status list or a schema is proved by what is in it. So it may also come as octets, plain text or
  without a type, as servers of static files send them. Of a DID document the server is the only witness: it
  comes as JSON.
- W3 Any type that ends in `+json` is JSON. Web pages, pictures and all else are refused by name.

Source: W3C DID Core 1.0, §6; did:web, §2.5; Bitstring Status List 1.0, §2.2; IETF Token Status List, §8; RFC
6839, §3.1.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

MIB: Final = 1024 * 1024
_GENERIC: Final = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})
_JSON: Final = frozenset({"application/json", "text/json"})


@dataclass(frozen=True, slots=True)
class Terms:
    """How one kind is fetched. `kept_ms`: the longest that a node keeps it."""

    accept: str
    media_types: frozenset[str]
    max_bytes: int
    kept_ms: int

    def takes(self, media_type: str) -> bool:
        """Whether a media type, in lower case and without parameters, is one of this kind (W2, W3)."""
        return media_type in self.media_types or media_type in _JSON or media_type.endswith("+json")


class Wanted(Enum):
    """What is fetched."""

    DID_DOCUMENT = Terms(
        "application/did+json, application/did+ld+json, application/did, application/json;q=0.9, */*;q=0.1",
        frozenset({"application/did"}),
        MIB,
        300_000,
    )
    STATUS_LIST = Terms(
        "application/vc, application/statuslist+jwt, application/vc+jwt, application/json;q=0.9, "
        "application/statuslist+cwt;q=0.8, */*;q=0.1",
        frozenset({"application/vc", "application/statuslist+jwt", "application/statuslist+cwt"})
        | {"application/vc+jwt", "application/jwt", *_GENERIC},
        4 * MIB,
        300_000,
    )
    SCHEMA = Terms(
        "application/schema+json, application/json;q=0.9, application/vc;q=0.8, */*;q=0.1",
        frozenset({"application/vc", "application/vc+jwt", "application/jwt", *_GENERIC}),
        MIB,
        3_600_000,
    )
    CREDENTIAL = Terms(
        "application/vc, application/vc+jwt, application/dc+sd-jwt, application/json;q=0.9, */*;q=0.1",
        frozenset({"application/vc", "application/vc+jwt", "application/vp", "application/vp+jwt"})
        | {"application/jwt", "application/dc+sd-jwt", "application/vc+sd-jwt", "application/pdf"}
        | {"image/png", "image/svg+xml", *_GENERIC},
        8 * MIB,
        0,
    )
    """A credential to be judged, where somebody gives its URL."""
