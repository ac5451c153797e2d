"""What is wrong with a document by its schema, in sentences for whoever issues credentials.

Where the schema is that of micro-credentials, a place has the name of the element that stands there.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from api.credentials.document import Document, Json, pointer_step
from api.credentials.excerpt import MAX_EXCERPT, excerpt, shortened

MAX_SENTENCE: Final = 256
"""Characters of a sentence."""

OUR_SCHEMAS: Final = "urn:matricula:schema:"
"""How the `$id` of a schema begins that ships with this software."""
MICRO_CREDENTIAL: Final = ":micro-credential:"
_ACHIEVEMENT: Final = "/credentialSubject/achievement"
MICRO_CREDENTIAL_ELEMENTS: Final[Mapping[str, str]] = {
    "/id": "the identifier of the credential",
    "/issuer": "the awarding body",
    "/issuer/id": "the DID of the awarding body",
    "/issuer/name": "the name of the awarding body",
    "/issuer/address": "the country or region of the awarding body",
    "/issuer/address/addressCountryCode": "the country of the awarding body",
    "/issuer/address/addressRegion": "the region of the awarding body",
    "/validFrom": "the date of issuing",
    "/validUntil": "the date of expiry",
    "/credentialSubject": "the learner and the achievement",
    "/credentialSubject/id": "the identifier of the learner",
    "/credentialSubject/identifier": "the name of the learner",
    "/credentialSubject/result": "the grade",
    _ACHIEVEMENT: "the achievement",
    f"{_ACHIEVEMENT}/id": "the identifier of the achievement",
    f"{_ACHIEVEMENT}/name": "the title",
    f"{_ACHIEVEMENT}/description": "the description",
    f"{_ACHIEVEMENT}/criteria": "the criteria for the award",
    f"{_ACHIEVEMENT}/learningOutcome": "the learning outcomes",
    f"{_ACHIEVEMENT}/creditPoint": "the workload",
    f"{_ACHIEVEMENT}/creditPoint/framework": "the credit system of the workload",
    f"{_ACHIEVEMENT}/creditPoint/point": "the number of credits",
    f"{_ACHIEVEMENT}/alignment": "the level",
    f"{_ACHIEVEMENT}/assessment": "the type of assessment",
    f"{_ACHIEVEMENT}/participation": "the form of participation",
    f"{_ACHIEVEMENT}/qualityAssurance": "the type of quality assurance",
    f"{_ACHIEVEMENT}/prerequisite": "the prerequisites",
    f"{_ACHIEVEMENT}/supervision": "the supervision and identity check",
    f"{_ACHIEVEMENT}/stackability": "the integration and stackability",
    f"{_ACHIEVEMENT}/furtherInformation": "the further information",
    "/credentialSchema": "the schema of the credential",
    "/credentialStatus": "the status of the credential",
}
"""Places, as JSON Pointers without the numbers of list entries, and the elements that stand there."""

_PLURAL: Final = frozenset({"the learning outcomes", "the criteria for the award", "the prerequisites"})
_CLAUSES_OF_PLACES: Final[Mapping[tuple[str, str], str]] = {
    (f"{_ACHIEVEMENT}/alignment", "contains"): (
        "the level (alignment) is missing: no entry names a level of the EQF or the QF-EHEA by its targetUrl,"
        " such as http://data.europa.eu/snb/eqf/6"
    ),
    ("/credentialSubject", "anyOf"): "the learner is missing: give an id or a name (identifier)",
    ("/issuer/address/addressCountryCode", "pattern"): (
        "the country of the awarding body (addressCountryCode) is a code of two capital letters, such as PT"
    ),
    ("/issuer/id", "pattern"): "the issuer (id) is a DID, such as did:web:university.example",
    (f"{_ACHIEVEMENT}/creditPoint/point", "type"): (
        'the number of credits (point) is a text with at most one decimal, such as "2.5"'
    ),
    (f"{_ACHIEVEMENT}/creditPoint/point", "pattern"): (
        'the number of credits (point) is a text with at most one decimal, such as "2.5"'
    ),
    ("/validFrom", "pattern"): "the date of issuing (validFrom) is written like 2026-01-31T12:00:00Z",
    ("/validUntil", "pattern"): "the date of expiry (validUntil) is written like 2031-01-31T12:00:00Z",
}
_TYPE_NAMES: Final = {
    "string": "a text",
    "object": "an object",
    "array": "a list",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def sentence(error: Any, schema: Document) -> str:
    """One error of `jsonschema_rs` as a clause without a full stop, at most 256 characters (then `…`).
    `schema` is the one that the document violates.
    """
    name = schema.get("$id")
    is_ours = isinstance(name, str) and name.startswith(OUR_SCHEMAS)
    elements = MICRO_CREDENTIAL_ELEMENTS if is_ours and MICRO_CREDENTIAL in str(name) else {}
    return shortened(_clause(error, schema, elements, is_ours), MAX_SENTENCE)


def _clause(error: Any, schema: Document, elements: Mapping[str, str], is_ours: bool) -> str:
    steps, keyword = list(error.instance_path), str(error.schema_path[-1])
    special = _CLAUSES_OF_PLACES.get((_place(steps), keyword)) if elements else None
    if special is not None:
        shown = f", not {excerpt(error.instance)}" if keyword in ("pattern", "type") else ""
        return special + shown
    facts = error.kind.as_dict()
    if error.kind.name == "required":
        missing = [*steps, facts["property"]]
        verb = "are" if elements.get(_place(missing)) in _PLURAL else "is"
        return f"{_named(missing, elements)} {verb} missing"
    if "unexpected" in facts or keyword == "additionalProperties":
        told = ", ".join(excerpt(name) for name in facts.get("unexpected", ())[:3]) or "a member"
        return f"{_named(steps, elements)} has what the schema does not know: {told}"
    of_definition = _CLAUSES_OF_DEFINITIONS.get(tuple(error.schema_path[:2])) if is_ours else None
    tell = of_definition or _CLAUSES_OF_KEYWORDS.get(error.kind.name)
    if tell is None:
        return f"{_named(steps, elements)} breaks a rule of the schema: {error.message}"
    is_short = not isinstance(error.instance, list | dict) or not error.instance or keyword == "type"
    shown = f", not {excerpt(error.instance)}" if is_short else ""
    told = tell(facts, _at(schema, list(error.schema_path)))
    return f"{_named(steps, elements)} {told}{shown}"


def _contains(_: Mapping[str, Any], asked: Json) -> str:
    match asked:
        case {"const": wanted}:
            return f"must have the entry {excerpt(wanted)}"
        case {"enum": list(wanted)}:
            return f"must have an entry that is {_one_of(wanted)}"
    return "must have an entry of the form that the schema asks for"


_CLAUSES_OF_KEYWORDS: Final[Mapping[str, Callable[[Mapping[str, Any], Json], str]]] = {
    "type": lambda facts, _: "must be " + _either([_TYPE_NAMES.get(name, name) for name in facts["types"]]),
    "const": lambda facts, _: f"must be {excerpt(facts['expected_value'])}",
    "enum": lambda facts, _: f"must be {_one_of(facts['options'])}",
    "contains": _contains,
    "pattern": lambda facts, _: f"must have the form {excerpt(facts['pattern'])}",
    "format": lambda facts, _: f"must be a right {excerpt(facts['format'])}",
    "minItems": lambda facts, _: f"must have {_counted(facts['limit'], 'entry', 'entries')} or more",
    "maxItems": lambda facts, _: f"must have {_counted(facts['limit'], 'entry', 'entries')} or fewer",
    "minLength": lambda facts, _: f"must have {_counted(facts['limit'], 'character', 'characters')} or more",
    "maxLength": lambda facts, _: f"must have {_counted(facts['limit'], 'character', 'characters')} or fewer",
    "minimum": lambda facts, _: f"must be {excerpt(facts['limit'])} or more",
    "maximum": lambda facts, _: f"must be {excerpt(facts['limit'])} or less",
    "anyOf": lambda *_: "must have one of the forms that the schema asks for",
    "oneOf": lambda *_: "must have exactly one of the forms that the schema asks for",
    "uniqueItems": lambda *_: "must have no entry twice",
    "falseSchema": lambda *_: "must not be there: the schema knows no such member",
}


_CLAUSES_OF_DEFINITIONS: Final[Mapping[tuple[str | int, ...], Callable[[Mapping[str, Any], Json], str]]] = {
    ("$defs", "iri"): lambda *_: "must be a URL, such as https://university.example/x",
    ("$defs", "text"): lambda *_: "must be a text of 1 to 10000 characters, not of spaces alone",
    ("$defs", "dateTime"): lambda *_: "must be a date that exists, such as 2026-01-31T12:00:00Z",
}
"""Definitions of our own schemas."""


def _named(steps: list[str | int], elements: Mapping[str, str]) -> str:
    """A place as people call it: the element with the member's name, or the member's name alone."""
    names = [step for step in steps if isinstance(step, str)]
    if not names:
        return "the document" if not steps else f"entry {steps[-1]}"
    element = elements.get(_place(steps))
    member = shortened(names[-1], MAX_EXCERPT)
    return f"{element} ({member})" if element is not None else member


def _place(steps: list[str | int]) -> str:
    return "".join(f"/{pointer_step(step)}" for step in steps if isinstance(step, str))


def _at(schema: Json, path: list[str | int]) -> Json:
    """What stands in a schema at the place of a keyword; None where it is not there."""
    found = schema
    for step in path:
        if isinstance(found, dict) and isinstance(step, str):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found


def _one_of(options: list[Json]) -> str:
    return _either([excerpt(option) for option in options])


def _either(names: list[str]) -> str:
    return " or ".join(names[:8])


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
