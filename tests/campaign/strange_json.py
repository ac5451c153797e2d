"""Values, names, dates and contexts that stand where others are expected."""

from typing import Any, Final

Json = Any


class Raw(str):
    """Text that is written as it is."""


ODD_VALUES: Final[tuple[Json, ...]] = (
    *(None, True, False, 0, -1, "", "x" * 5_000, [], {}, [[]], {"a": {}}, [None], "é", "None", "did:key:z"),
    *("did:web:", "_:b0", "@type", "urn:x:1", "https://a.example/\u202egnp", "\x00", "2030-01-01T00:00:00Z"),
    *map(
        Raw,
        [
            "1e400",
            "-1e400",
            "NaN",
            "Infinity",
            "9007199254740993",
            "1.0",
            "-0",
            "1E2",
            "0.1e-400",
            "01",
            "0x1",
            "'x'",
            "tru",
        ],
    ),
    *map(Raw, (r'"\ud800"', r'"\udc00\ud800"', r'"\u0000"', '"\ufeff"', "9" * 5_000, '"\t"')),
    *(Raw("[" * depth + "]" * depth) for depth in (8, 33, 200, 100_000)),
    *(Raw('{"a":' * depth + "1" + "}" * depth) for depth in (8, 33, 50_000)),
)
"""What stands in the place of a value: of other types, beyond numbers, no Unicode, and nested."""
BAD_DATES: Final = (
    *["2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00+02:00", "2026-01-31T12:00:00.5Z"],
    *["10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:00:60Z"],
    *[
        "2026-02-30T12:00:00Z",
        "20260131T120000Z",
        "2026-W05-6T12:00:00Z",
        "2026-01-31t12:00:00z",
        "1769860800",
    ],
    *["2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00-00:00"],
    *["2099-01-01T00:00:00Z", "0000-01-01T00:00:00Z"],
    *("2026-01-31 12:00:00Z", " 2026-01-31T12:00:00Z", "\uff12\uff10\uff12\uff16-01-31T12:00:00Z"),
)
"""Without zone, with offsets and fractions, in year 10000, of days that are none, in other digits."""
NAMES: Final = (
    "",
    *[
        "@context",
        "@id",
        "@type",
        "@graph",
        "@included",
        "@reverse",
        "@nest",
        "@value",
        "@set",
        "@list",
        "@index",
        "@language",
        "@vocab",
    ],
    *[
        "@base",
        "@import",
        "@json",
        "@protected",
        "@propagate",
        "id",
        "type",
        "issuer",
        "proof",
        "credentialStatus",
        "name",
        "cnf",
    ],
    *[
        "credentialSchema",
        "credentialSubject",
        "validFrom",
        "validUntil",
        "issuanceDate",
        "expirationDate",
        "evidence",
    ],
    *[
        "termsOfUse",
        "holder",
        "verifiableCredential",
        "vc",
        "vp",
        "iss",
        "sub",
        "exp",
        "nbf",
        "iat",
        "jti",
        "_sd",
        "_sd_alg",
        "...",
        "crit",
    ],
    *["undefinedTerm", "__proto__", "cred:issuer", "schema:name", "Issuer", "ıssuer"],
    "https://www.w3.org/2018/credentials#issuer",
    "https://www.w3.org/2018/credentials#credentialStatus",
    "https://www.w3.org/2018/credentials#validUntil",
)
"""Names of members in other places: of JSON-LD, of data models and tokens, whole, and nobody's."""
_TERMS: Final = "https://www.w3.org/2018/credentials#"
CONTEXTS: Final[tuple[Json, ...]] = (
    "https://www.w3.org/ns/credentials/v2",
    "http://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://a.example/unknown",
    *(None, [], {}, {"@vocab": "https://a.example/"}, {"@base": "https://a.example/"}, {"issuer": "@type"}),
    *(
        {"issuer": None},
        {"issuer": "https://a.example/issuer"},
        {"type": "@id"},
        {"x": "@nest"},
        {"id": None},
    ),
    *({"@version": 1.0}, {"@import": "https://w3id.org/security/data-integrity/v2"}, {"@protected": True}),
    *({"validUntil": None}, {"credentialStatus": None}, {"proof": None}),
    {"undefinedTerm": "https://a.example/term"},
    {"real": f"{_TERMS}issuer", "issuer": None},
    {"realStatus": f"{_TERMS}credentialStatus", "credentialStatus": None},
)
"""Contexts that ship with us and others, and such as define a term away or anew."""
LOOKALIKES: Final = dict(
    zip("aeoicp01-:/.", "\u0430\u0435\u043e\u0456\u0441\u0440Ol\u2010\u02d0\u2215\u2024", strict=True)
)
"""Cyrillic and other letters and signs that look like those of ASCII."""
