"""Signatures that cost a microsecond and that only the holder of a key can make.

Real Ed25519 would cost most of a run. A keyed SHA-256 over the message has what the consensus rules rely on:
nobody who is not handed the signing function of a key can make its signature, and checking says yes to that
signature alone. The keys are kept by the key ring, which never hands out another party's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from registry.primitives import ed25519

SignMessage = Callable[[bytes], bytes]


class KeyRing(Protocol):
    """The keys of one simulated network, one per validator."""

    def public_key(self, index: int) -> bytes:
        """The 32 bytes by which others know validator ``index``."""

    def signer(self, index: int) -> SignMessage:
        """The signing function of validator ``index``: given to its own process and to nobody else."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is the one that the holder of ``public_key`` makes over ``message``."""


def _seed(label: str, run: int, index: int) -> bytes:
    return hashlib.sha256(f"matricula/simulation/{label}/{run}/{index}".encode()).digest()


class KeyedHashRing:
    """Signature = SHA-256(secret ‖ message) twice over, so that it is as long as an Ed25519 signature."""

    def __init__(self, run: int, count: int) -> None:
        self._secrets = {
            ed25519.public_key(_seed("public", run, index)): _seed("secret", run, index)
            for index in range(count)
        }
        self._public: Sequence[bytes] = tuple(self._secrets)

    def public_key(self, index: int) -> bytes:
        return self._public[index]

    def signer(self, index: int) -> SignMessage:
        secret = self._secrets[self._public[index]]
        return lambda message: hashlib.sha256(secret + message).digest() * 2

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        secret = self._secrets.get(public_key)
        return secret is not None and hashlib.sha256(secret + message).digest() * 2 == signature


class Ed25519Ring:
    """The real algorithm, for the runs that also pass every packet through its bytes."""

    def __init__(self, run: int, count: int) -> None:
        self._seeds = [_seed("secret", run, index) for index in range(count)]
        self._public = [ed25519.public_key(seed) for seed in self._seeds]

    def public_key(self, index: int) -> bytes:
        return self._public[index]

    def signer(self, index: int) -> SignMessage:
        return partial(ed25519.sign, self._seeds[index])

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        return ed25519.verify(public_key, message, signature)
