"""Secret keys at rest: one JSON file a key, sealed under a passphrase.

A consensus key, a peer key, an institution key (it signs transactions) and a credential key are four keys,
never one: they are used in different places and lost in different ways. Each is a 32-byte Ed25519 seed in a
secretbox (XSalsa20-Poly1305) whose key argon2id derives from the passphrase; the cost of that derivation
stands in the file. A key file is readable by its owner only, and is written whole or not at all.
"""

import json
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import nacl.exceptions
import nacl.pwhash
import nacl.secret
import nacl.utils

from api.credentials.multikey import key_of_text, key_text
from node.files.bounded import WrongFile, object_of_kind, read_open
from node.files.durable import write_whole
from node.files.expected import KEY
from node.files.os_errors import explain_os_error
from node.files.regular import open_regular
from node.wording.explained import Explained
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.primitives.reason import Reason, as_clause

FORMAT = "matricula/key/1"
_MAX_MEMORY_BYTES = 1 << 30
_MAX_OPERATIONS = 16
_LOST = (
    "check keys.directory in the settings. If it is right, put the file back from your backup of keys: the "
    "network knows a node by its keys, and accepts no new ones"
)
_FOLLOW = "Without its consensus key the node can follow: `matricula run --no-vote`"
_SEALED_BYTES = 32 + nacl.secret.SecretBox.NONCE_SIZE + nacl.secret.SecretBox.MACBYTES

Passphrase = Callable[[], bytes]
"""Asked only when a key is opened or made: a prompt, an environment variable or a file stands behind it."""


class KeyPurpose(StrEnum):
    """What a key signs. A file made for one purpose is never opened for another."""

    CONSENSUS = "consensus"
    PEER = "peer"
    INSTITUTION = "institution"
    CREDENTIAL = "credential"


_OF_NODE = frozenset({KeyPurpose.CONSENSUS, KeyPurpose.PEER})
"""Made once, when the node is founded, and named in the genesis document."""


class KeystoreFault(Reason):
    """Why a key file was not made or opened. Whoever names the file meets it."""

    EXISTS = (
        "exists",
        "A key file is there already, and a key is never overwritten.",
        "Move it away first if it is no longer needed.",
    )
    MISSING = "missing", "There is no key file.", f"Check the name, and the folder: {KEY.get}."
    OPEN_TO_OTHERS = (
        "open-to-others",
        "The key file can be read or written by others than its owner.",
        "Give it the mode 0600 (`chmod 600`).",
    )
    UNREADABLE = (
        "unreadable",
        "The key file cannot be read.",
        "Look at the file and its folder with `ls -l`, and correct what is named.",
    )
    FOREIGN = "foreign", "This is no key file of this software.", "Name the right file."
    UNKNOWN_FORMAT = (
        "unknown-format",
        "The key file has a format that this version does not know.",
        f"Use the version that made the file. This one reads {FORMAT}.",
    )
    DAMAGED = (
        "damaged",
        "The key file was changed since it was written.",
        "Put the file back from your backup of keys. No passphrase opens it as it is.",
    )
    OTHER_PURPOSE = (
        "other-purpose",
        "The key was made for another purpose.",
        "Name the file of the right key.",
    )
    TOO_CHEAP = (
        "too-cheap",
        "The key file has the weak protection of a demonstration: its passphrase is easy to guess.",
        "Make a new node with `matricula init`, or replace the key of an issuer with `matricula did rotate`. "
        "A production network accepts no such key.",
    )
    WRONG_PASSPHRASE = (
        "wrong-passphrase",
        "The passphrase does not open the key.",
        "Check the passphrase. It comes from the file that the command or the settings name, else from the "
        "variable MATRICULA_PASSPHRASE, else you type it. If it is the right one, the key file is damaged: "
        "put it back from your backup. A lost passphrase means a lost key.",
    )


class KeystoreError(Explained):
    """A key file was not made or opened. `do` and `what` say more than the fault, where more is known."""

    def __init__(self, fault: KeystoreFault, path: object, do: str = "", what: str = "") -> None:
        super().__init__(what or as_clause(fault.sentence), where=path, do=do or as_clause(fault.remedy))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class GuessCost:
    """How dear one guess of a passphrase is made: argon2id passes and memory."""

    operations: int
    memory_bytes: int

    def is_at_least(self, least: "GuessCost") -> bool:
        """Whether a guess is as dear, in passes and in memory."""
        return self.operations >= least.operations and self.memory_bytes >= least.memory_bytes


MODERATE = GuessCost(nacl.pwhash.argon2id.OPSLIMIT_MODERATE, nacl.pwhash.argon2id.MEMLIMIT_MODERATE)
"""About a second and 256 MiB a guess: for keys of a real institution."""
MINIMAL = GuessCost(nacl.pwhash.argon2id.OPSLIMIT_MIN, nacl.pwhash.argon2id.MEMLIMIT_MIN)
"""No protection worth the name: for tests and networks on one machine."""


def least_cost(kind: NetworkKind) -> GuessCost:
    """What a key must be protected with to be used in a network of that kind: in production as dearly as
    keys are made; where nothing is at stake, at all."""
    return MODERATE if kind is NetworkKind.PRODUCTION else MINIMAL


def create_key(
    path: Path,
    purpose: KeyPurpose,
    passphrase: Passphrase,
    *,
    cost: GuessCost = MODERATE,
    random: Callable[[int], bytes] = nacl.utils.random,
) -> bytes:
    """Make a new key and its file (mode 0600); return its 32-byte public key.

    `random(size)` gives the seed, the salt and the nonce. Raises KeystoreError where a file is there already.
    """
    seed, salt = random(32), random(nacl.pwhash.argon2id.SALTBYTES)
    sealed = _box(passphrase(), salt, cost).encrypt(seed, random(nacl.secret.SecretBox.NONCE_SIZE))
    public_key = ed25519.public_key(seed)
    document = {
        "format": FORMAT,
        "purpose": purpose.value,
        "public_key": key_text(public_key),
        "derivation": {
            "algorithm": "argon2id",
            "operations": cost.operations,
            "memory_bytes": cost.memory_bytes,
            "salt": b64encode(salt).decode("ascii"),
        },
        "secretbox": b64encode(sealed).decode("ascii"),
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_whole(path, json.dumps(document, indent=2).encode("ascii") + b"\n", replace=False)
    except FileExistsError as error:
        raise KeystoreError(KeystoreFault.EXISTS, path) from error
    return public_key


def open_key(
    path: Path, purpose: KeyPurpose, passphrase: Passphrase, *, least: GuessCost = MODERATE
) -> bytes:
    """The 32-byte seed in a key file that is protected with `least` or more. Raises KeystoreError, and says
    in it what to do."""
    document = _read(path, purpose)
    try:
        derivation = document["derivation"]
        cost = _cost(derivation)
        salt = b64decode(derivation["salt"], validate=True)
        sealed = b64decode(document["secretbox"], validate=True)
        claimed_purpose, claimed_key = document["purpose"], document["public_key"]
        if (
            derivation["algorithm"] != "argon2id"
            or len(salt) != nacl.pwhash.argon2id.SALTBYTES
            or len(sealed) != _SEALED_BYTES
        ):
            raise ValueError("not a format of ours")
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error
    if claimed_purpose != purpose.value:
        raise _other_purpose(path, purpose, claimed_purpose)
    _require(cost, least, path)
    try:
        seed = _box(passphrase(), salt, cost).decrypt(sealed)
    except nacl.exceptions.CryptoError as error:
        raise KeystoreError(KeystoreFault.WRONG_PASSPHRASE, path) from error
    if len(seed) != 32 or key_text(ed25519.public_key(seed)) != claimed_key:
        raise _damaged(path)
    return seed


def public_key_of(path: Path, purpose: KeyPurpose) -> bytes:
    """The 32-byte public key that a key file claims, without opening it. Raises KeystoreError."""
    document = _read(path, purpose)
    try:
        claimed_purpose, claimed_key = document["purpose"], document["public_key"]
        public_key = key_of_text(str(claimed_key))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error
    if claimed_purpose != purpose.value:
        raise _other_purpose(path, purpose, claimed_purpose)
    return public_key


def require_cost(path: Path, least: GuessCost) -> None:
    """Raises KeystoreError unless the key in a file, which is not opened, is protected with `least` or
    more."""
    document = _read(path)
    try:
        cost = _cost(document["derivation"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error
    _require(cost, least, path)


def _cost(derivation: Any) -> GuessCost:
    return GuessCost(
        _bounded(derivation["operations"], MINIMAL.operations, _MAX_OPERATIONS),
        _bounded(derivation["memory_bytes"], MINIMAL.memory_bytes, _MAX_MEMORY_BYTES),
    )


def _require(cost: GuessCost, least: GuessCost, path: Path) -> None:
    if not cost.is_at_least(least):
        raise KeystoreError(KeystoreFault.TOO_CHEAP, path)


def _box(passphrase: bytes, salt: bytes, cost: GuessCost) -> nacl.secret.SecretBox:
    size = nacl.secret.SecretBox.KEY_SIZE
    return nacl.secret.SecretBox(
        nacl.pwhash.argon2id.kdf(size, passphrase, salt, opslimit=cost.operations, memlimit=cost.memory_bytes)
    )


def _bounded(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"outside {least} to {most}")
    return value


def _other_purpose(path: Path, purpose: KeyPurpose, claimed_purpose: object) -> KeystoreError:
    do = f"name the file of the {purpose.value} key; this one is for {claimed_purpose!r}"
    return KeystoreError(KeystoreFault.OTHER_PURPOSE, path, do)


def _damaged(path: Path) -> KeystoreError:
    return KeystoreError(KeystoreFault.DAMAGED, path)


def _read(path: Path, purpose: KeyPurpose | None = None) -> Any:
    """The document in a key file that is open to its owner alone. Raises KeystoreError."""
    try:
        with os.fdopen(open_regular(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                do = f"its mode is {mode:04o}; run: chmod 600 {path}"
                raise KeystoreError(KeystoreFault.OPEN_TO_OTHERS, path, do)
            document = object_of_kind(read_open(file, KEY, path), KEY, path)
    except FileNotFoundError as error:
        do = _LOST if purpose in _OF_NODE else as_clause(KeystoreFault.MISSING.remedy)
        if purpose is KeyPurpose.CONSENSUS:
            do = f"{do}. {_FOLLOW}"
        raise KeystoreError(KeystoreFault.MISSING, path, do) from error
    except OSError as error:
        explanation = explain_os_error(error)
        raise KeystoreError(KeystoreFault.UNREADABLE, path, explanation.do, explanation.what) from error
    except WrongFile as error:
        raise KeystoreError(KeystoreFault.FOREIGN, error.where, error.do, error.what) from error
    if document["format"] != FORMAT:
        what = f"a key file of format {document['format']!r}"
        raise KeystoreError(KeystoreFault.UNKNOWN_FORMAT, path, what=what)
    return document
