"""What `credential sign` accepts, `credential verify` calls valid, and the other way round."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.credentials.document import Document, DocumentError, Json, load
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.data_integrity.fault import ProofError
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.w3c.base_context import V2_CONTEXT
from api.issuer.drafts import read_draft
from api.issuer.key import SeedKey
from api.issuer.not_done import NotDone
from api.issuer.signing import SigningBatch, accepted
from api.issuer.template import starting_point
from api.verifier.credential import Aspect, Facts, judge
from node.cli.issue.keeping import Files
from node.wording.explained import Explained
from registry.kinds.status_list.record import MAX_SIZE, MIN_SIZE, status_list_id
from registry.primitives.ed25519 import signing_with
from registry.primitives.reason import as_clause
from tests.api.verifier.credential import awarded
from tests.node.cli.conftest import Registrar
from tests.node.cli.issue.credential.test_command import signing, written
from tests.registry.network import START_MS, UNIVERSITY

NOW_MS = START_MS
BEFORE_MS = START_MS - 60_000
SEED = bytes([9]) * 32
KEY_ID = f"{UNIVERSITY}#credentials-1"
CREATED = "2027-01-15T08:00:00Z"
TAKEN = 4711
"""An entry of the list that is set."""


def drafted(issuer: str = UNIVERSITY) -> Any:
    """A draft that is right; a copy, for drafts share their `@context`."""
    return json.loads(json.dumps(starting_point(issuer, BEFORE_MS)))


def changed(**members: Json) -> Callable[[Any], Any]:
    """A draft with other members."""
    return lambda draft: {**draft, **members}


def without(name: str) -> Callable[[Any], Any]:
    """A draft without a member."""
    return lambda draft: {member: within for member, within in draft.items() if member != name}


def of_status(**members: Json) -> Callable[[Any], Any]:
    """A draft with another status entry."""
    return lambda draft: {**draft, "credentialStatus": [{**draft["credentialStatus"][0], **members}]}


def elsewhere(list_id: str) -> Callable[[Any], Any]:
    """A draft that names another list."""
    return of_status(statusListCredential=f"https://node.example/v1/status-lists/{list_id}")


MISSING = status_list_id(UNIVERSITY, "missing")
OTHERS = status_list_id("did:web:other.example", "degrees")
BAD: dict[str, tuple[Callable[[Any], Any], CredentialFlaw]] = {
    "a date without a time": (changed(validUntil="2031-01-31"), CredentialFlaw.DATES_UNREADABLE),
    "an object as a date": (changed(validFrom={"@value": CREATED}), CredentialFlaw.DATES_UNREADABLE),
    "a week date": (changed(validFrom="2027-W01-1T08:00:00Z"), CredentialFlaw.DATES_UNREADABLE),
    "a year too far": (changed(validUntil="12027-01-01T00:00:00Z"), CredentialFlaw.DATES_UNSUPPORTED),
    "an end before now": (changed(validUntil="2027-01-15T07:59:59Z"), CredentialFlaw.EXPIRED),
    "an end before the beginning": (
        changed(validFrom="2031-01-01T00:00:00Z", validUntil="2030-01-01T00:00:00Z"),
        CredentialFlaw.DATES_CONTRADICT,
    ),
    "the end of 1.1": (changed(expirationDate="2020-01-01T00:00:00Z"), CredentialFlaw.EXPIRED),
    "no context": (without("@context"), CredentialFlaw.CONTEXT),
    "no type": (without("type"), CredentialFlaw.TYPE),
    "another type": (changed(type=["OpenBadgeCredential"]), CredentialFlaw.TYPE),
    "no subject": (without("credentialSubject"), CredentialFlaw.SUBJECT),
    "an empty subject": (changed(credentialSubject={}), CredentialFlaw.SUBJECT),
    "an id that is no URL": (changed(id="award 7"), CredentialFlaw.MEMBER),
    "evidence without a type": (changed(evidence={"name": "x"}), CredentialFlaw.MEMBER),
    "hello world": (lambda draft: {"issuer": UNIVERSITY, "hello": "world"}, CredentialFlaw.CONTEXT),
    "an index outside": (of_status(statusListIndex=str(MIN_SIZE)), CredentialFlaw.STATUS_UNKNOWN),
    "an index beyond any list": (of_status(statusListIndex=str(MAX_SIZE)), CredentialFlaw.STATUS_UNKNOWN),
    "an index that is a number": (of_status(statusListIndex=7), CredentialFlaw.STATUS_UNREADABLE),
    "an index with a zero before it": (of_status(statusListIndex="07"), CredentialFlaw.STATUS_UNREADABLE),
    "an entry that is taken": (of_status(statusListIndex=str(TAKEN)), CredentialFlaw.REVOKED),
    "another purpose": (of_status(statusPurpose="suspension"), CredentialFlaw.STATUS_OF_OTHER),
    "no such list": (elsewhere(MISSING), CredentialFlaw.STATUS_UNKNOWN),
    "somebody else's list": (elsewhere(OTHERS), CredentialFlaw.STATUS_OF_OTHER),
    "a list outside the registry": (
        of_status(statusListCredential="https://example.org/lists/3"),
        CredentialFlaw.STATUS_ELSEWHERE,
    ),
    "another kind of status": (of_status(type="NoSuchEntry"), CredentialFlaw.STATUS_TYPE_UNSUPPORTED),
    "entries of many bits": (of_status(statusSize=16), CredentialFlaw.STATUS_UNSUPPORTED),
}
GOOD: dict[str, Callable[[Any], Any]] = {
    "as it is": lambda draft: draft,
    "no status": without("credentialStatus"),
    "one status": lambda draft: {**draft, "credentialStatus": draft["credentialStatus"][0]},
    "the last entry": of_status(statusListIndex=str(MIN_SIZE - 1)),
    "an issuer by its DID alone": lambda draft: {**draft, "issuer": draft["issuer"]["id"]},
    "no badge, without an id": lambda draft: without("id")(no_badge(draft)),
    "an end": changed(validUntil="2037-01-31T24:00:00+01:00"),
    "no badge, without a beginning": lambda draft: without("validFrom")(no_badge(draft)),
    "members of nobody's": changed(studentNumber=0.5),
}


def no_badge(draft: Any) -> Any:
    """The same credential, which does not call itself an open badge."""
    return {**draft, "@context": [V2_CONTEXT], "type": ["VerifiableCredential"]}


async def issuing(registrar: Registrar) -> tuple[str, tuple[str, ...]]:
    """A department whose list has an entry set, and the options that sign credentials as it."""
    did, options = await signing(registrar)
    transactions = registrar.key("department/transactions-1.key", f"{did}#transactions-1")
    taken = ("status", "set", "degrees", str(TAKEN), "--yes", *registrar.asking, *transactions)
    await registrar.json(*taken)
    return did, options


def of_issuer(document: Any, did: str) -> Any:
    """The document with the department's DID in the place of the university's."""
    return json.loads(json.dumps(document).replace(UNIVERSITY, did))


async def test_what_would_not_be_valid_is_not_signed(registrar: Registrar) -> None:
    did, options = await issuing(registrar)
    good = written(registrar.folder / "good.json", {**drafted(did), "id": "urn:example:good"})
    bad = registrar.folder / "bad.json"
    for name, (change, reason) in BAD.items():
        document = of_issuer(change(drafted()), did)
        written(bad, document)
        ran = await registrar.run("credential", "sign", good, bad, *options)
        sentence = reason.sentence.removesuffix(".")
        what, where, do = ran.error
        assert what.startswith(f"it would not be valid: {sentence[:1].lower()}{sentence[1:]}"), (name, what)
        assert (where, do) == (str(bad), f"{as_clause(reason.correction)}; nothing was signed"), name
        assert list(registrar.folder.glob("*.signed.json")) == [], name


async def test_what_is_signed_is_valid(registrar: Registrar) -> None:
    did, options = await issuing(registrar)
    for number, change in enumerate(GOOD.values()):
        document = change(drafted(did))
        file = written(registrar.folder / str(number) / "one.json", document)
        await registrar.json("credential", "sign", file, *options)
        verified = ("credential", "verify", file.with_name("one.signed.json"), *registrar.asking)
        assert (await registrar.json(*verified))["outcome"] == "valid"


async def test_what_time_alone_keeps_from_being_valid(registrar: Registrar) -> None:
    did, options = await issuing(registrar)
    later = written(registrar.folder / "later.json", {**drafted(did), "validFrom": "2031-01-01T00:00:00Z"})
    done = await registrar.json("credential", "sign", later, *options)
    assert done["remarks"] == [
        f"{later}: It is valid only from a later time on: /validFrom: '2031-01-01T00:00:00Z'"
    ]
    over = {**no_badge(drafted(did)), "id": "urn:example:old", "validUntil": "2027-01-01T00:00:00Z"}
    del over["validFrom"], over["credentialStatus"]
    old = written(registrar.folder / "old.json", over)
    assert (await registrar.run("credential", "sign", old, *options)).code == 1
    people = await registrar.run("credential", "sign", old, "--even-if-expired", *options)
    assert people.code == 0
    remark = f"{old}: It was valid only until an earlier time: /validUntil: '2027-01-01T00:00:00Z'\n"
    assert people.err == remark
    for file, reason in ((later, "not-yet-valid"), (old, "expired")):
        verify = ("credential", "verify", file.with_suffix(".signed.json"), *registrar.asking, "--json")
        found = await registrar.run(*verify)
        wrong = [check["reason"] for check in found.json["checks"] if check["outcome"] == "invalid"]
        assert (found.code, wrong) == (1, [reason])


async def test_an_issuer_that_the_registry_cannot_hold(registrar: Registrar) -> None:
    await signing(registrar)
    told = {}
    for did in ("did:web:UNIVERSITY.example", "did:web:nobody.example"):
        file = written(registrar.folder / "one.json", drafted(did))
        key = registrar.key("department/credentials-1.key", f"{did}#credentials-1")
        told[did] = (await registrar.run("credential", "sign", file, *registrar.asking, *key)).error
    assert told == {
        "did:web:UNIVERSITY.example": (
            "'did:web:UNIVERSITY.example' is no DID: a host is in lower case",
            "--as",
            "write it as it is registered: see `matricula did show DID`, or as did:web:registrar.example.edu",
        ),
        "did:web:nobody.example": (
            "it would not be valid: the registry has no such issuer: did:web:nobody.example "
            "(2 flaws in 1 file)",
            str(registrar.folder / "one.json"),
            f"{as_clause(CredentialFlaw.UNKNOWN_ISSUER.correction)}; nothing was signed",
        ),
    }


async def test_a_number_that_does_not_survive_is_refused_by_name(registrar: Registrar) -> None:
    did, options = await issuing(registrar)
    for number in ("1e-400", "-1e-400", "0.1000000000000000055", "9007199254740993", "1e400"):
        file = registrar.folder / "one.json"
        file.write_text(json.dumps(drafted(did)).replace('"type"', f'"studentNumber": {number}, "type"', 1))
        ran = await registrar.run("credential", "sign", file, *options)
        assert (ran.code, number in ran.error[0]) == (1, True), ran
        assert list(registrar.folder.glob("*.signed.json")) == []


async def test_what_is_too_deep_once_it_is_signed(registrar: Registrar) -> None:
    did, options = await issuing(registrar)
    document = drafted(did)
    holder = document["@context"][2]
    for _ in range(29):
        holder["outer"] = {"@id": "urn:example:outer"}
        holder = holder["outer"]
    file = written(registrar.folder / "deep.json", document)
    ran = await registrar.run("credential", "sign", file, *options)
    assert ran.error == (
        "no verifier could read it once it is signed: The document is nested more than 32 levels deep",
        str(file),
        "make it smaller or less deep: the proof repeats its @context; nothing was signed",
    )
    assert list(registrar.folder.glob("*.signed.json")) == []


FACTS = Facts({awarded.ISSUER: awarded.did(seed=SEED)}, {awarded.LIST: awarded.bits(TAKEN)}, NOW_MS)
"""What the registry holds of the university: a key for credentials, and a list with one entry set."""
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "2027-01-15T07:00:00Z",
            "2026-02-30T00:00:00Z",
            "2031-01-31",
            "0",
            "4711",
            "4194303",
            "revocation",
            "refresh",
            "BitstringStatusListEntry",
            "VerifiableCredential",
            "urn:example:1",
            UNIVERSITY,
            "https://www.w3.org/2018/credentials/v1",
        ]
    ),
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 5_000_000), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(TEXTS, st.sampled_from(["id", "type", "@value"])), inner, max_size=3),
    ),
    max_leaves=6,
)


def places(found: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The place of everything in a document."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [path, *(place for step, each in inner for place in places(each, (*path, step)))][not path :]


def mutated(document: Any, place: tuple[str | int, ...], value: Json, how: str) -> None:
    """Changes, deletes or adds something at a place."""
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    if how == "delete":
        del holder[place[-1]]
    elif how == "wrap":
        holder[place[-1]] = [holder[place[-1]]]
    else:
        holder[place[-1]] = value


MEMBERS = [
    "evidence",
    "expirationDate",
    "issuanceDate",
    "validUntil",
    "name",
    "termsOfUse",
    "relatedResource",
]


@given(
    changes=st.lists(
        st.tuples(st.integers(0, 1_000), VALUES, st.sampled_from(["set", "delete", "wrap", "add"])),
        min_size=1,
        max_size=3,
    )
)
def test_sign_and_verify_agree_about_any_draft(
    changes: list[tuple[int, Json, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = drafted()
    for number, value, how in changes:
        if how == "add":
            document[MEMBERS[number % len(MEMBERS)]] = value
        elif found := places(document):
            mutated(document, found[number % len(found)], value, how)
    file = tmp_path_factory.getbasetemp() / "draft.json"
    file.write_text(json.dumps(document))
    assert signs(file) is verifies(document)


def signs(file: Path) -> bool:
    """Whether `sign` accepts the draft in a file."""
    accepts = accepted(even_if_expired=False)
    try:
        draft = read_draft(Files(), str(file), UNIVERSITY, None)
        batch = SigningBatch([draft], FACTS, NOW_MS, accepts)
        batch.judge()
        batch.signed(draft, SeedKey(KEY_ID, SEED))
    except (Explained, NotDone):
        return False
    return True


def verifies(document: Document) -> bool:
    """Whether the draft is valid once the issuer's key has signed it, if perhaps only from a later day on."""
    try:
        signed = load(
            json.dumps(
                eddsa_jcs.sign(document, signing_with(SEED), verification_method=KEY_ID, created=CREATED)
            ).encode()
        )
    except (DocumentError, ProofError):
        return False
    flaws = {
        check.reason
        for check in judge(secured_document(signed), FACTS, now_ms=NOW_MS)
        if check.reason is not None and check.aspect is not Aspect.OTHER_PROOF
    }
    return flaws <= {CredentialFlaw.NOT_YET_VALID}


def test_every_flaw_of_a_draft_has_a_remedy() -> None:
    assert {reason for _, reason in BAD.values()} | {
        CredentialFlaw.ISSUER_UNNAMED,
        CredentialFlaw.UNKNOWN_ISSUER,
        CredentialFlaw.SUSPENDED,
    } == {flaw for flaw in CredentialFlaw if flaw.correction}
