"""A DID in a path, as clients write it.

Resolvers' clients append the DID as it is (`/did:web:localhost%3A8443`) or percent-encode it whole
(`/did%3Aweb%3Alocalhost%253A8443`): DID Resolution asks for the second form where there are options. Decoded
once, the first would be another DID, whose path has a part 8443. The form tells them apart: only in the first
one are the colons written out.
"""

from registry.names import is_did


def did_in_path(raw: str, decoded: str) -> str:
    """The DID that a part of a path names, given as it was sent and decoded once. It need not be one."""
    return raw if is_did(raw) else decoded
