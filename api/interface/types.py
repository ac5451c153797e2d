"""The form of every type of our own interface, members in camel case, and the type that all groups share.

Hashes and ids are lower-case hexadecimal text, encoded structures base64url without padding, times
milliseconds since 1970. The interface description at /v1/openapi.json is generated from the types.
"""

import msgspec


class Type(msgspec.Struct, frozen=True, rename="camel", omit_defaults=False):
    """The form of every type here."""


class ProblemDocument(Type, frozen=True, omit_defaults=True):
    """RFC 9457 problem details, with the place (`where`), what to do (`remedy`), and seconds to wait
    (`retryAfter`).
    """

    type: str
    title: str
    status: int
    remedy: str
    detail: str = ""
    where: str = ""
    retry_after: int | None = None
