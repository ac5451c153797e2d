"""Tokens and SD-JWTs with something changed, by chance from one seed: none may be taken for good, nor end in
anything but a verdict or a typed error.

    python -m tests.api.credentials.formats.mutated 20000    # more than the tests run; prints the outcomes
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from api.base64url import from_text, to_text
from api.credentials.document import DocumentError
from api.credentials.formats.table import UnknownFormatError, proved_holder, read_credential
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from tests.api.credentials.formats.jose.credentials import of_1_1, of_2_0
from tests.api.credentials.formats.jose.minted import P256_DID, P256_KEY, token
from tests.api.credentials.formats.judged import found_in
from tests.api.credentials.formats.sd_jwt.minted import AUDIENCE, NONCE, presented, sd_jwt

ORIGINALS = (
    token(of_2_0()),
    token(of_2_0(issuer=P256_DID), alg="ES256", kid=P256_KEY),
    token(of_1_1(), typ="JWT"),
    sd_jwt(),
    presented(),
)
TOKENS = {text.partition("~")[0] for text in ORIGINALS}
DISCLOSURES = {part for text in ORIGINALS for part in text.split("~")[1:]}
ALPHABET = 'ABab01-_.~=+/ \n"{}\0é'
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e300,
    "",
    "none",
    "x" * 5_000,
    [],
    {},
    [[]],
    {"a": {}},
    "did:key:z",
    "é",
)


def _character(rng: Random, text: str) -> str:
    place = rng.randrange(len(text))
    return text[:place] + rng.choice(ALPHABET) + text[place + rng.randrange(2) :]


def _cut(rng: Random, text: str) -> str:
    begin, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[:begin] + text[end:]


def _twice(rng: Random, text: str) -> str:
    begin, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[:end] + text[begin:]


def _crossed(rng: Random, text: str) -> str:
    """A part of one in another."""
    separator = rng.choice(".~")
    parts, others = text.split(separator), rng.choice(ORIGINALS).split(separator)
    parts[rng.randrange(len(parts))] = rng.choice(others)
    return separator.join(parts)


def _shuffled(rng: Random, text: str) -> str:
    separator = rng.choice(".~")
    parts = text.split(separator)
    rng.shuffle(parts)
    return separator.join(parts)


def _said_otherwise(rng: Random, text: str) -> str:
    """A part that is decoded, changed as JSON, and encoded again; the signature stays."""
    pieces = text.replace("~", ".").split(".")
    chosen = rng.randrange(len(pieces))
    try:
        whole = json.loads(from_text(pieces[chosen]))
    except (Malformed, ValueError):
        return _character(rng, text)
    return text.replace(pieces[chosen], to_text(json.dumps(_changed(rng, whole)).encode()))


def _changed(rng: Random, whole: Any) -> Any:
    if isinstance(whole, dict) and whole and rng.random() < 0.8:
        name = rng.choice(sorted(whole))
        kept = {key: member for key, member in whole.items() if key != name or rng.random() < 0.7}
        return {**kept, rng.choice((name, "vc", "_sd", "iss", "crit")): _changed(rng, whole[name])}
    if isinstance(whole, list) and whole and rng.random() < 0.8:
        place = rng.randrange(len(whole))
        return [*whole[:place], _changed(rng, whole[place]), *whole[place + 1 :]]
    return rng.choice(ODD)


def _signed_by_another(rng: Random, text: str) -> str:
    """A token whose payload is changed, or not, and which somebody else signed."""
    issued, tilde, rest = text.partition("~")
    header, _, payload = issued.rpartition(".")[0].partition(".")
    changed = payload if rng.random() < 0.3 else _said_otherwise(rng, payload or "x")
    signing_input = f"{header}.{changed}"
    signature = ed25519.sign(bytes([8]) * 32, signing_input.encode("utf-8", "replace"))
    return f"{signing_input}.{to_text(signature)}{tilde}{rest}"


WAYS: tuple[Callable[[Random, str], str], ...] = (
    _character,
    _cut,
    _twice,
    _crossed,
    _shuffled,
    *(3 * [_said_otherwise]),
    *(3 * [_signed_by_another]),
)


def changed_token(rng: Random, text: str) -> str:
    """A text, changed in one way."""
    return rng.choice(WAYS)(rng, text or "x")


def mutations(seed: int, count: int) -> Iterator[str]:
    """So many texts, each an original changed in one to three ways."""
    rng = Random(seed)
    for _ in range(count):
        text = rng.choice(ORIGINALS)
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            text = changed_token(rng, text)
        yield text


def is_rightly_good(text: str) -> bool:
    """Whether it says what an issuer signed: another selection of disclosures, or white space around it. A
    holder's proof that cannot be checked is as good as none, and proves nobody.
    """
    issued, *others = text.strip(' \t\r\n"').split("~")
    if issued not in TOKENS or not DISCLOSURES.issuperset(others[:-1]):
        return False
    proved = proved_holder(read_credential(text.encode()), audience=AUDIENCE, nonce=NONCE)
    return DISCLOSURES.issuperset(others) or proved is None


def outcome_of(text: str) -> str:
    """How it ends: `valid`, the first reason against it, or the typed error."""
    try:
        found = found_in(text)
    except UnknownFormatError:
        return "unknown format"
    except DocumentError as error:
        return error.fault.code
    return found[0][1] if found else "valid"


def _main(count: int) -> None:
    outcomes: Counter[str] = Counter()
    slowest, wrong = 0.0, 0
    for text in mutations(1, count):
        begin = time.perf_counter()
        outcome = outcome_of(text)
        slowest = max(slowest, time.perf_counter() - begin)
        outcomes[outcome] += 1
        wrong += outcome == "valid" and not is_rightly_good(text)
    sys.stdout.write(f"{count} mutations, {wrong} wrongly valid, slowest {1_000 * slowest:.1f} ms\n")
    sys.stdout.write("\n".join(f"{number:7} {code}" for code, number in outcomes.most_common()) + "\n")


if __name__ == "__main__":
    _main(int(sys.argv[1]))
