"""The shapes of fields that several kinds share: DIDs, names, keys, times.

Operations are read strictly: a DID or a name has its one spelling (`registry.names`). Bodies are our own
writing, made from operations that were read so, and only their lengths are looked at again.
"""

from functools import lru_cache
from typing import Final

from registry.names import MAX_DID_LENGTH, MAX_FRAGMENT_LENGTH, MAX_NAME_LENGTH, is_did, is_fragment, is_name
from registry.primitives.refinement import checked
from registry.primitives.shape import blob, text, uint

is_known_did = lru_cache(maxsize=4096)(is_did)
"""`is_did` with a memory: a busy issuer's DID is read in every transaction of a block."""

TIME_MS: Final = uint()
"""Milliseconds since 1970 (UTC, no leap seconds)."""
DID_TEXT: Final = text(MAX_DID_LENGTH, 1)
FRAGMENT_TEXT: Final = text(MAX_FRAGMENT_LENGTH, 1)
MULTIKEY: Final = blob(max_bytes=128, min_bytes=3)

DID_NAME: Final = checked(DID_TEXT, is_known_did, "not a DID in its one spelling")
FRAGMENT: Final = checked(FRAGMENT_TEXT, is_fragment, "not a key's fragment")
NAME: Final = checked(
    text(MAX_NAME_LENGTH, 1), is_name, "not a name of lower-case letters, digits and hyphens"
)
