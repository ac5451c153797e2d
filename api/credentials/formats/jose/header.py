"""What the header of a token says, and what of it counts (decision 0124).

- H1 `alg` is one of three: `EdDSA` and `Ed25519` for Ed25519 keys, `ES256` for P-256 keys. It must fit the
  key that the signer's DID gives; it never chooses one. `none` and the algorithms with a shared secret
  prove nothing about who signed.
- H2 The key comes from the signer's DID alone. `kid` names it: as a DID URL, as `#` and a fragment, or as the
  bare fragment, which are a key of the issuer. Without `kid` it is a key of the issuer. A URL of the web or
  a path names no key: nothing is fetched that a header names.
- H3 `jwk`, `jku`, `x5c`, `x5u` and their thumbprints name a key that nobody vouches for. They are told, and
  passed over.
- H4 `crit` asks for something that is not done here, whatever it names. `b64` has no place in a credential.

Source: RFC 7515, §4.1; RFC 8725, §3; RFC 8037, §3.1; RFC 9864, §2.2; RFC 7797, §6, §7.
"""

import re
from typing import Final

from api.credentials.document import Document, Json
from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.public_key import KeyAlgorithm
from api.credentials.url import is_url

_FRAGMENT: Final = re.compile(r"[A-Za-z0-9._~:=-]{1,128}")
_KEYS_IN_HEADER: Final = ("jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256")
_REGISTERED: Final = frozenset({"alg", "typ", "cty", "kid", "crit", *_KEYS_IN_HEADER})


_ALGORITHMS: Final = tuple(name for algorithm in KeyAlgorithm for name in algorithm.jose)


def algorithm_of(header: Document) -> str | Flaw:
    """H1: `alg` as it is written, where it is one that is read."""
    named = header.get("alg")
    if not isinstance(named, str):
        return _malformed("alg", named)
    if named in _ALGORITHMS:
        return named
    if named.lower() == "none":
        return _malformed("alg", named, "nobody signed it")
    if named.upper().startswith("HS"):
        return _malformed("alg", named, "whoever can check it can make it")
    told = detail_of(f"alg is {excerpt(named)}", f"{', '.join(_ALGORITHMS)} are read")
    return Flaw(CredentialFlaw.SUITE_UNSUPPORTED, told)


def extension_flaw(header: Document) -> Flaw | None:
    """H4."""
    if "b64" in header:
        return _malformed("b64", header["b64"], "a credential's payload is encoded")
    if "crit" not in header:
        return None
    names = header["crit"]
    if not isinstance(names, list) or not _are_extensions(names, header):
        return _malformed("crit", names, "it lists extensions that the header has, each once")
    told = detail_of("crit asks for what is not done here", excerpt(names[0]))
    return Flaw(CredentialFlaw.SUITE_UNSUPPORTED, told)


def key_of(header: Document, issuer: str | None) -> str | Flaw:
    """The DID URL of the key that signed, or the issuer's bare DID where none is named (H2)."""
    is_of_did = issuer is not None and issuer.startswith("did:")
    if "kid" not in header:
        return issuer if issuer is not None and is_of_did else _nameless(header, issuer)
    named = header["kid"]
    if isinstance(named, str) and named.startswith("did:"):
        return named if _is_key_name(named) else _malformed("kid", named, "it names no key of a DID")
    if not is_of_did:
        return _nameless(header, issuer)
    fragment = named.removeprefix("#") if isinstance(named, str) else ""
    if not _FRAGMENT.fullmatch(fragment):
        return _malformed("kid", named, "it names no key of a DID")
    return f"{issuer}#{fragment}"


def remark_on(header: Document) -> str:
    """H3, for people; "" where there is nothing to say."""
    names = [name for name in _KEYS_IN_HEADER if name in header]
    return f"the header's {' and '.join(names)} is not trusted, and not used" if names else ""


def _are_extensions(names: list[Json], header: Document) -> bool:
    texts = [name for name in names if isinstance(name, str)]
    is_each_once = len(texts) == len(names) == len(set(texts)) and texts
    return bool(is_each_once) and all(name in header and name not in _REGISTERED for name in texts)


def _is_key_name(named: str) -> bool:
    """A DID, or a DID and a fragment: a path or a query would name something else."""
    signer, hash_sign, fragment = named.partition("#")
    return is_url(named) and not ("/" in signer or "?" in signer) and bool(fragment) == bool(hash_sign)


def _nameless(header: Document, issuer: str | None) -> Flaw:
    """No DID says whose key signed. An issuer at a URL has keys, and so has one that a certificate names, by
    ways that are not followed here.
    """
    if issuer is None and "x5c" in header:
        return Flaw(CredentialFlaw.METHOD_UNSUPPORTED, "a certificate alone (x5c) names the key")
    if issuer is None:
        return Flaw(CredentialFlaw.PROOF_MALFORMED, "neither kid nor the issuer names a DID")
    told = detail_of(
        "the issuer is no DID, and keys at a URL are not looked up", excerpt(issuer, MAX_NAME_EXCERPT)
    )
    return Flaw(CredentialFlaw.METHOD_UNSUPPORTED, told)


def _malformed(name: str, found: Json, why: str = "") -> Flaw:
    return Flaw(CredentialFlaw.PROOF_MALFORMED, detail_of(f"{name} is {excerpt(found)}", why))
