"""L1 to L5 of `published_status`: lists that do not count, each with its reason."""

import gzip
import json
import zlib
from dataclasses import replace

import pytest

from api.base64url import to_text
from api.credentials.excerpt import MAX_DETAIL
from api.credentials.flaw import CredentialFlaw
from api.credentials.secured import StatusEntry
from api.credentials.status.unpacking import MAX_UNPACKED
from api.verifier.verdict import Outcome
from tests.api.credentials.status.lists import (
    CREATED,
    CREATED_S,
    ISSUER,
    SHORTEST,
    URL,
    bits,
    bitstring_list,
    cwt,
    cwt_said,
    encoded,
    jwt,
    list_2021,
    low_bits,
    proved,
    revocation_list,
    token_said,
)
from tests.api.verifier.credential.awarded import NOW_MS
from tests.api.verifier.credential.published import (
    BITSTRING,
    IDS,
    OLD,
    OTHER,
    OTHER_SEED,
    TOKEN,
    judged,
    status_in,
)

MALFORMED, OF_OTHER = CredentialFlaw.LIST_MALFORMED, CredentialFlaw.LIST_OF_OTHER
EXPIRED, UNSIGNED = CredentialFlaw.LIST_EXPIRED, CredentialFlaw.LIST_UNSIGNED
WRONG_SIGNATURE = "The signature is not of this document by the issuer's key"
BEYOND = "2027-01-15T08:05:01Z"
"""A second more than clocks may differ by after now."""
UNCOUNTED: dict[str, tuple[StatusEntry, bytes, CredentialFlaw, str]] = {
    # L1: by whom, and which one
    "a list of another issuer": (
        BITSTRING,
        proved(bitstring_list(issuer=OTHER)),
        OF_OTHER,
        f"its issuer is '{OTHER}'",
    ),
    "an old list of another issuer": (
        OLD,
        proved(list_2021(issuer=OTHER)),
        OF_OTHER,
        f"its issuer is '{OTHER}'",
    ),
    "a token of another issuer": (TOKEN, jwt(token_said(iss=OTHER)), OF_OTHER, f"its issuer is '{OTHER}'"),
    "a CWT of another issuer": (TOKEN, cwt(cwt_said(iss=OTHER)), OF_OTHER, f"its issuer is '{OTHER}'"),
    "ids of another issuer": (IDS, revocation_list(issuer=OTHER), OF_OTHER, f"its issuer is '{OTHER}'"),
    "a list of another URL": (
        BITSTRING,
        proved(bitstring_list(id=f"{URL}0")),
        OF_OTHER,
        f"it calls itself '{URL}0'",
    ),
    "a list without id of another URL": (
        BITSTRING,
        proved(bitstring_list(id=..., subject={"id": f"{URL}0#list"})),
        OF_OTHER,
        f"it calls itself '{URL}0'",
    ),
    "a token of another URL": (TOKEN, jwt(token_said(sub=f"{URL}0")), OF_OTHER, f"it calls itself '{URL}0'"),
    "a CWT of another URL": (TOKEN, cwt(cwt_said(sub=f"{URL}0")), OF_OTHER, f"it calls itself '{URL}0'"),
    "ids of another URL": (IDS, revocation_list(id=f"{URL}0"), OF_OTHER, f"it calls itself '{URL}0'"),
    "ids over http": (
        replace(IDS, list_url="http://university.example/3"),
        revocation_list(id="http://university.example/3"),
        UNSIGNED,
        "it does not come over https",
    ),
    # L1: the signature
    "no proof": (
        BITSTRING,
        json.dumps(bitstring_list()).encode(),
        UNSIGNED,
        "It has no proof that this verifier can read: The document has no proof",
    ),
    "another's proof": (
        BITSTRING,
        proved(bitstring_list(), OTHER_SEED, verificationMethod=f"{OTHER}#1"),
        UNSIGNED,
        f"It names another issuer than the one whose key signed it: signed by '{OTHER}#1'",
    ),
    "another's signature": (BITSTRING, proved(bitstring_list(), OTHER_SEED), UNSIGNED, WRONG_SIGNATURE),
    "a proof over another list": (
        BITSTRING,
        proved(bitstring_list(5)).replace(encoded(bits(5)).encode(), encoded(bits()).encode()),
        UNSIGNED,
        WRONG_SIGNATURE,
    ),
    "a proof for another purpose": (
        BITSTRING,
        proved(bitstring_list(), proofPurpose="authentication"),
        UNSIGNED,
        "The issuer made the proof for another purpose than to assert what it says",
    ),
    "a key that is not the issuer's": (
        BITSTRING,
        proved(bitstring_list(), verificationMethod=f"{ISSUER}#other"),
        UNSIGNED,
        "The issuer has no key of this name",
    ),
    "a token with another's signature": (TOKEN, jwt(token_said(), OTHER_SEED), UNSIGNED, WRONG_SIGNATURE),
    "a token with another's key": (
        TOKEN,
        jwt(token_said(), kid=f"{OTHER}#1"),
        UNSIGNED,
        "It names another issuer",
    ),
    "an unsigned token": (TOKEN, jwt(token_said(), alg="none"), UNSIGNED, "The proof does not have the form"),
    "a token with a shared secret": (
        TOKEN,
        jwt(token_said(), alg="HS256"),
        UNSIGNED,
        "The proof does not have the form",
    ),
    "a token of ES256 by an Ed25519 key": (
        TOKEN,
        jwt(token_said(), alg="ES256"),
        UNSIGNED,
        "The proof names another algorithm than its key is for",
    ),
    "a CWT with another's signature": (TOKEN, cwt(cwt_said(), OTHER_SEED), UNSIGNED, WRONG_SIGNATURE),
    "a CWT of ES256 by an Ed25519 key": (
        TOKEN,
        cwt(cwt_said(), protected={1: -7}),
        UNSIGNED,
        "The proof names another algorithm than its key is for",
    ),
    "a CWT of another algorithm": (
        TOKEN,
        cwt(cwt_said(), protected={1: -257}),
        CredentialFlaw.SUITE_UNSUPPORTED,
        "alg of COSE is -257",
    ),
    "a CWT with more to understand": (
        TOKEN,
        cwt(cwt_said(), protected={2: [100], 100: 1}),
        CredentialFlaw.SUITE_UNSUPPORTED,
        "crit asks for what is not done here",
    ),
    # L2
    "a list that has ended": (
        BITSTRING,
        proved(bitstring_list(validUntil=CREATED)),
        EXPIRED,
        f"It was valid only until an earlier time: /validUntil: '{CREATED}'",
    ),
    "an old list that has ended": (
        OLD,
        proved(list_2021(expirationDate=CREATED)),
        EXPIRED,
        "It was valid only until",
    ),
    "a list that has not begun": (
        BITSTRING,
        proved(bitstring_list(validFrom=BEYOND)),
        EXPIRED,
        "It is valid only from",
    ),
    "a list whose proof has ended": (
        BITSTRING,
        proved(bitstring_list(), expires=CREATED),
        EXPIRED,
        "The proof counted only",
    ),
    "a list whose proof has not begun": (
        BITSTRING,
        proved(bitstring_list(), created=BEYOND),
        EXPIRED,
        "The proof is dated",
    ),
    "a list without readable dates": (
        BITSTRING,
        proved(bitstring_list(validUntil="2030")),
        MALFORMED,
        "A date is not",
    ),
    "a list whose dates contradict each other": (
        BITSTRING,
        proved(bitstring_list(validFrom=CREATED, validUntil="2026-01-01T00:00:00Z")),
        EXPIRED,
        "It was valid only until",
    ),
    "a token that has ended": (TOKEN, jwt(token_said(exp=CREATED_S)), EXPIRED, "It was valid only until"),
    "a token that ended a moment ago": (
        TOKEN,
        jwt(token_said(exp=NOW_MS // 1_000 - 1)),
        EXPIRED,
        "It was valid only until",
    ),
    "a token of tomorrow": (
        TOKEN,
        jwt(token_said(iat=NOW_MS // 1_000 + 86_400)),
        EXPIRED,
        "It is valid only from",
    ),
    "a token whose end is no number": (TOKEN, jwt(token_said(exp="never")), MALFORMED, "A date is not"),
    "a token whose end is beyond all years": (
        TOKEN,
        jwt(token_said(exp=10**15)),
        CredentialFlaw.DATES_UNSUPPORTED,
        "exp: 1000000000000000",
    ),
    "a CWT that has ended": (TOKEN, cwt(cwt_said(exp=CREATED_S)), EXPIRED, "It was valid only until"),
    # L4
    "a list for another purpose": (
        BITSTRING,
        proved(bitstring_list(subject={"statusPurpose": "suspension"})),
        CredentialFlaw.STATUS_OF_OTHER,
        "it is a list of 'suspension'",
    ),
    # L5
    "a list whose status is in itself": (
        BITSTRING,
        proved(bitstring_list(credentialStatus=status_in(URL))),
        MALFORMED,
        "its own status is in itself",
    ),
    "a list whose status is in another list": (
        BITSTRING,
        proved(bitstring_list(credentialStatus=status_in(f"{URL}0"))),
        CredentialFlaw.STATUS_UNSUPPORTED,
        "its own status is in a list, which is not followed",
    ),
    "a list whose status is kept in an unknown way": (
        BITSTRING,
        proved(bitstring_list(credentialStatus={"type": "Unknown"})),
        CredentialFlaw.STATUS_UNSUPPORTED,
        "its own status is in a list, which is not followed",
    ),
    # the bounds of a list
    "a list that is too short": (
        BITSTRING,
        proved(bitstring_list(subject={"encodedList": encoded(bits(count=SHORTEST - 8))})),
        CredentialFlaw.LIST_TOO_SHORT,
        "it has 131064 entries, fewer than 131072",
    ),
    "a list that is too short for its bits": (
        replace(BITSTRING, bits=2),
        proved(bitstring_list()),
        CredentialFlaw.LIST_TOO_SHORT,
        "it has 65536 entries, fewer than 131072",
    ),
    "an index beyond the list": (
        replace(BITSTRING, index=SHORTEST),
        proved(bitstring_list()),
        CredentialFlaw.LIST_TOO_SHORT,
        "it has 131072 entries",
    ),
    "an index beyond the token": (
        replace(TOKEN, index=SHORTEST),
        jwt(token_said()),
        CredentialFlaw.LIST_TOO_SHORT,
        "it has 131072 entries",
    ),
    "an index beyond all numbers": (
        replace(TOKEN, index=(1 << 53) - 1),
        cwt(cwt_said()),
        CredentialFlaw.LIST_TOO_SHORT,
        "it has 131072 entries",
    ),
    "bits of which the list says otherwise": (
        BITSTRING,
        proved(bitstring_list(subject={"statusSize": 2, "encodedList": encoded(bits(count=2 * SHORTEST))})),
        MALFORMED,
        "its entries have 2 bits, and the credential says 1",
    ),
    # the form
    "a page of the web": (BITSTRING, b"<!doctype html>", MALFORMED, "These bytes are no credential"),
    "an empty answer": (BITSTRING, b"", MALFORMED, "These bytes are no credential"),
    "a page in place of ids": (IDS, b"<!doctype html>", MALFORMED, "The document is not JSON"),
    "a page in place of a token": (TOKEN, b"<!doctype html>", MALFORMED, "it is no JWT, and no CWT"),
    "a bomb": (
        BITSTRING,
        proved(bitstring_list(subject={"encodedList": encoded(bytes(MAX_UNPACKED + 1))})),
        MALFORMED,
        f"the list unpacks to more than {MAX_UNPACKED} bytes",
    ),
    "a bomb in a token": (
        TOKEN,
        jwt(token_said(status_list={"lst": to_text(zlib.compress(bytes(MAX_UNPACKED + 1)))})),
        MALFORMED,
        f"the list unpacks to more than {MAX_UNPACKED} bytes",
    ),
    "the bytes of a bitstring in a token": (
        TOKEN,
        jwt(token_said(status_list={"lst": to_text(gzip.compress(low_bits()))})),
        MALFORMED,
        "the list is no right ZLIB",
    ),
    "the bytes of a token in a bitstring": (
        BITSTRING,
        proved(bitstring_list(subject={"encodedList": "u" + to_text(zlib.compress(bits()))})),
        MALFORMED,
        "the list is no right GZIP",
    ),
    "a list of the old type": (
        BITSTRING,
        proved(list_2021()),
        MALFORMED,
        "/type does not hold BitstringStatusListCredential",
    ),
    "a list of the new type": (
        OLD,
        proved(bitstring_list()),
        MALFORMED,
        "/type does not hold StatusList2021Credential",
    ),
    "a token in place of a list": (
        BITSTRING,
        jwt(token_said()),
        MALFORMED,
        "typ is 'statuslist+jwt': that is a status list",
    ),
    "a list in place of a token": (TOKEN, proved(bitstring_list()), MALFORMED, "it is no JWT, and no CWT"),
}


@pytest.mark.parametrize(("entry", "data", "reason", "told"), UNCOUNTED.values(), ids=UNCOUNTED.keys())
def test_lists_that_do_not_count(entry: StatusEntry, data: bytes, reason: CredentialFlaw, told: str) -> None:
    """L3: none of them speaks for the credential, and of the flaws of the list none against it."""
    check = judged(entry, data)
    assert check.reason is reason
    assert told in check.detail
    assert len(check.detail) <= MAX_DETAIL
    expected = Outcome.INVALID if reason is CredentialFlaw.STATUS_OF_OTHER else Outcome.INDETERMINATE
    assert check.outcome is expected
