"""Reading a published list, whatever its type.

- R1 What is read is remembered: many credentials name one list, which is unpacked once, and whose proof is
  verified once for each key. Of the same bytes always the same is read.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, assert_never

from api.credentials.flaw import Flaw
from api.credentials.period import ValidityPeriod
from api.credentials.secured import Claims, Proof, ProvedClaims, StatusMethod
from api.credentials.status.list_credential import read_list_credential
from api.credentials.status.published import ListAsRead, PublishedList
from api.credentials.status.revoked_ids import read_revoked_ids
from api.credentials.status.token_cwt import is_cwt, read_status_list_cwt
from api.credentials.status.token_jwt import read_status_list_jwt
from api.credentials.status.unpacking import ListError, malformed

MAX_LIST_BYTES: Final = 4 << 20
"""Bytes of a list as it was fetched. One of JSON is no longer than any document
(`api.credentials.document`).
"""
REMEMBERED: Final = 4
"""Lists that are remembered; each takes at most `MAX_UNPACKED` bytes and `MAX_LIST_BYTES`."""
_MAX_VERDICTS: Final = 64


@lru_cache(maxsize=REMEMBERED)
def read_list(method: StatusMethod, data: bytes, issuer: str) -> ListAsRead | Flaw:
    """The list in the bytes to which an entry of a method leads; the flaw says why they are none. `issuer` is
    whoever issued the credential: a token that names no issuer is read as theirs.
    """
    try:
        _require_short(data)
        found = _read(method, data, issuer)
    except ListError as error:
        return error.flaw
    if isinstance(found, PublishedList):
        return replace(found, proved=_ProvedOnce.from_proved(found.proved))
    return found


def _require_short(data: bytes) -> None:
    if len(data) > MAX_LIST_BYTES:
        raise malformed(f"it has {len(data)} bytes, more than {MAX_LIST_BYTES}")


def _read(method: StatusMethod, data: bytes, issuer: str) -> ListAsRead:
    match method:
        case StatusMethod.BITSTRING | StatusMethod.STATUS_LIST_2021:
            return read_list_credential(data, method)
        case StatusMethod.TOKEN:
            return read_status_list_cwt(data, issuer) if is_cwt(data) else read_status_list_jwt(data, issuer)
        case StatusMethod.REVOCATION_LIST_1EDTECH:
            return read_revoked_ids(data)
    assert_never(method)


@dataclass(frozen=True, slots=True)
class _ProvedOnce:
    """Claims with proofs that are verified once for each key (R1)."""

    claims: Claims
    proofs: tuple[Proof, ...]
    unproved: Flaw | None

    @classmethod
    def from_proved(cls, proved: ProvedClaims) -> "_ProvedOnce":
        return cls(proved.claims, tuple(_VerifiedOnce(proof) for proof in proved.proofs), proved.unproved)


@dataclass(frozen=True, slots=True)
class _VerifiedOnce:
    """A proof that remembers by which keys it was made and by which it was not."""

    proof: Proof
    verdicts: dict[bytes, Flaw | None] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return self.proof.place

    @property
    def suite(self) -> str:
        return self.proof.suite

    @property
    def key(self) -> str:
        return self.proof.key

    @property
    def period(self) -> ValidityPeriod:
        return self.proof.period

    @property
    def flaw(self) -> Flaw | None:
        return self.proof.flaw

    @property
    def covered(self) -> Claims:
        return self.proof.covered

    @property
    def remark(self) -> str:
        return self.proof.remark

    def verify(self, multikey: bytes) -> Flaw | None:
        if len(self.verdicts) > _MAX_VERDICTS:
            self.verdicts.clear()
        if multikey not in self.verdicts:
            self.verdicts[multikey] = self.proof.verify(multikey)
        return self.verdicts[multikey]
