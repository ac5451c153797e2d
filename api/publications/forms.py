"""The forms in which a list is published, and how one is made and read.

A publication has exactly one encoding for what it says, its packed bits and its signature: reading it takes
it apart, encodes the parts again and compares. So nothing can be in it that no rule knows, and no two readers
can understand it differently.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.publications import bitstring, cwt, jwt
from api.publications.bits import (
    MAX_BITS_BYTES,
    from_token,
    gzip_packed,
    gzip_unpacked,
    to_token,
    zlib_packed,
    zlib_unpacked,
)
from api.publications.fault import PublicationError, PublicationFault
from api.publications.form import MAX_PUBLICATION_BYTES, PublicationForm
from api.publications.statement import ParsedPublication, StatusStatement
from api.publications.token import WIDTHS
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives.ed25519 import Sign

_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication that was read; `message` is what was signed. Neither the signature nor anything that it
    says has been checked. Unpacking what somebody else may have packed waits until the signature was.
    """

    form: PublicationForm
    statement: StatusStatement
    packed: bytes
    message: bytes
    signature: bytes

    def unpacked(self) -> bytes:
        """The bits, in the ledger's order. Raises `PublicationError`."""
        if self.form is PublicationForm.BITSTRING:
            return gzip_unpacked(self.packed)
        width = WIDTHS[self.statement.purpose]
        return from_token(zlib_unpacked(self.packed, width * MAX_BITS_BYTES), width)


@dataclass(frozen=True, slots=True)
class _Codec:
    message: Callable[[StatusStatement, bytes], bytes]
    encode: Callable[[StatusStatement, bytes, bytes], bytes]
    parse: Callable[[bytes], ParsedPublication]


_CODECS: Final = {
    PublicationForm.BITSTRING: _Codec(bitstring.message, bitstring.encode, bitstring.parse),
    PublicationForm.JWT: _Codec(jwt.message, jwt.encode, jwt.parse),
    PublicationForm.CWT: _Codec(cwt.message, cwt.encode, cwt.parse),
}


def forms_for(purpose: StatusPurpose) -> tuple[PublicationForm, ...]:
    """The forms that a list of this purpose has: tokens know no refresh."""
    return tuple(PublicationForm) if purpose in WIDTHS else (PublicationForm.BITSTRING,)


def publish(form: PublicationForm, statement: StatusStatement, bits: bytes, sign: Sign) -> bytes:
    """The bytes of a publication of the ledger's bits, signed. Raises `PublicationError` for a statement
    that has no form, and what signing raises.
    """
    statement.require_form()
    packed = _packed(form, statement.purpose, bits)
    codec = _CODECS[form]
    return codec.encode(statement, packed, sign(codec.message(statement, packed)))


def read_publication(form: PublicationForm, data: bytes) -> Publication:
    """What these bytes say. Raises `PublicationError`."""
    if len(data) > MAX_PUBLICATION_BYTES:
        raise PublicationError(PublicationFault.TOO_LARGE, f"it has more than {MAX_PUBLICATION_BYTES} bytes")
    codec = _CODECS[form]
    parsed = codec.parse(data)
    statement, packed, signature = parsed.statement, parsed.packed, parsed.signature
    if len(signature) != _SIGNATURE_BYTES:
        raise PublicationError(PublicationFault.MALFORMED, "the signature does not have 64 bytes")
    statement.require_form()
    if codec.encode(statement, packed, signature) != data:
        raise PublicationError(PublicationFault.MALFORMED, "something is in it that a publication has not")
    return Publication(form, statement, packed, codec.message(statement, packed), signature)


def _packed(form: PublicationForm, purpose: StatusPurpose, bits: bytes) -> bytes:
    if form is PublicationForm.BITSTRING:
        return gzip_packed(bits)
    return zlib_packed(to_token(bits, WIDTHS[purpose]))
