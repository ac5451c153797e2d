"""What a credential may be wrapped in, in the order in which it is tried (decision 0129).

    found = unwrap(data)
    content = data if found is None else found.content

Rules:

- W1 Bytes are of one kind, told by how they begin. A file that is several things at once is taken for that
  one, as programs that open it do; nothing else in it is looked for.
- W2 The length is bounded before anything is read, and every kind bounds its own work.
- W3 What is wrapped is not unwrapped again.
- W4 A picture or document without exactly one credential is told as that, and is never taken for a
  credential.
"""

from typing import Final

from api.credentials.wrappers.encodings import unwrap_text
from api.credentials.wrappers.fault import WrapperError, WrapperFault, require_size
from api.credentials.wrappers.pdf import unwrap_pdf
from api.credentials.wrappers.png import SIGNATURE, bake_png, unwrap_png
from api.credentials.wrappers.svg import bake_svg, unwrap_svg
from api.credentials.wrappers.unwrapped import Unwrapped, Wrapping

WRAPPINGS: Final[tuple[Wrapping, ...]] = (unwrap_png, unwrap_pdf, unwrap_svg, unwrap_text)


def unwrap(data: bytes) -> Unwrapped | None:
    """The credential in a picture or document; None for bytes that are neither, which are most likely the
    credential itself. Raises `WrapperError` where they are, and give none, and for text in an encoding in
    which no credential is written.
    """
    require_size(data)
    for wrapping in WRAPPINGS:
        found = wrapping(data)
        if found is not None:
            return found
    return None


def bake(picture: bytes, credential: bytes) -> bytes:
    """A PNG or SVG picture with a credential in it, as Open Badges 3.0 has it: JSON, or a compact JWS. What
    comes out gives the credential back. Raises `WrapperError`.
    """
    is_png = picture.startswith(SIGNATURE)
    baked = (bake_png if is_png else bake_svg)(picture, credential)
    found = unwrap(baked)
    if found is None or found.content.strip() != credential.strip():
        raise WrapperError(WrapperFault.NOT_A_PICTURE, "the picture does not give the credential back")
    return baked
