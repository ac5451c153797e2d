"""Changes of JSON that know what is in it: each gives text that JSON may not permit, so values stand beside
`Raw` text until all is written.
"""

import copy
import json
import unicodedata
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from tests.campaign.strange_json import BAD_DATES, CONTEXTS, LOOKALIKES, NAMES, ODD_VALUES, Json, Raw


def written(found: Json) -> str:
    """The JSON text of a value, `Raw` parts as they are."""
    if isinstance(found, Raw):
        return str(found)
    if isinstance(found, dict):
        return "{" + ",".join(f"{_name(name)}:{written(member)}" for name, member in found.items()) + "}"
    if isinstance(found, list):
        return "[" + ",".join(map(written, found)) + "]"
    return json.dumps(found, ensure_ascii=False)


def _name(name: str) -> str:
    return str(name) if isinstance(name, Raw) else json.dumps(name, ensure_ascii=False)


def changed_json(whole: Json, other: Json, rng: Random) -> str:
    """The text of a value, changed once in most cases; `other` is what parts may be taken from."""
    whole = copy.deepcopy(whole)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        places = [place for place in _places(whole) if not isinstance(place[0][place[1]], Raw)]
        if not places:
            break
        container, step = rng.choice(_preferred(places, rng))
        rng.choice(WAYS)(container, step, other, rng)
    return written(whole)


Place = tuple[Any, Any]


def _places(found: Json) -> Iterator[Place]:
    """Each member and element, by what holds it."""
    for step in _steps(found):
        yield found, step
        yield from _places(found[step])


def _steps(found: Json) -> list[Any]:
    if isinstance(found, dict):
        return list(found)
    return list(range(len(found))) if isinstance(found, list) else []


def _preferred(places: list[Place], rng: Random) -> list[Place]:
    """Half of the time a member near the top, for there is what decides."""
    return places if rng.random() < 0.5 else places[: max(4, len(places) // 3)]


def _replaced(container: Any, step: Any, other: Json, rng: Random) -> None:
    container[step] = rng.choice(ODD_VALUES)


def _dated(container: Any, step: Any, other: Json, rng: Random) -> None:
    """A bad date in the place of a date, if one is there, else of anything."""
    dates = (
        [name for name in container if isinstance(container[name], str) and container[name][4:5] == "-"]
        if isinstance(container, dict)
        else []
    )
    container[rng.choice(dates) if dates else step] = rng.choice(BAD_DATES)


def _left_out(container: Any, step: Any, other: Json, rng: Random) -> None:
    del container[step]


def _renamed(container: Any, step: Any, other: Json, rng: Random) -> None:
    """In place, so that the order stays; an escaped name is the same one."""
    if not isinstance(container, dict) or isinstance(step, Raw) or not step:
        return
    escaped = Raw(
        '"' + "".join(f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else letter for letter in step) + '"'
    )
    name = rng.choice((rng.choice(NAMES), escaped, _alike(step, rng), step.upper(), step + " ", "@" + step))
    members = list(container.items())
    container.clear()
    container.update((name if each == step else each, member) for each, member in members)


def _added(container: Any, step: Any, other: Json, rng: Random) -> None:
    """A member or an element."""
    fresh = rng.choice((copy.deepcopy(container[step]), rng.choice(ODD_VALUES), _part(other, rng)))
    if isinstance(container, list):
        container.insert(rng.randrange(len(container) + 1), fresh)
    else:
        container[rng.choice(NAMES)] = fresh


def _twice(container: Any, step: Any, other: Json, rng: Random) -> None:
    """The same name twice, with another value before or behind."""
    if not isinstance(container, dict) or isinstance(step, Raw):
        return
    again = Raw(json.dumps(step) + " " * rng.randrange(2))
    value = rng.choice((copy.deepcopy(container[step]), rng.choice(ODD_VALUES), _part(other, rng)))
    members = [*container.items(), (again, value)]
    if rng.random() < 0.5:
        members = [members[-1], *members[:-1]]
    container.clear()
    for name, member in members:
        container[Raw(_name(name) + " ") if name in container else name] = member


def _moved(container: Any, step: Any, other: Json, rng: Random) -> None:
    """Into a member beside it, or out under another name."""
    value = container[step]
    if isinstance(container, dict):
        beside = [member for name, member in container.items() if isinstance(member, dict) and name != step]
        if beside:
            rng.choice(beside)[step] = container.pop(step)
        else:
            container[step] = {rng.choice(("@graph", "@nest", "@included", "vc", "id")): value}
    else:
        container.reverse()


def _wrapped(container: Any, step: Any, other: Json, rng: Random) -> None:
    """What JSON-LD often reads as the same."""
    value = container[step]
    if isinstance(value, list) and len(value) == 1:
        container[step] = value[0]
    elif isinstance(value, list) and rng.random() < 0.5:
        rng.shuffle(value)
    else:
        container[step] = rng.choice(
            (
                [value],
                {"@value": value},
                {"@id": value},
                {"@set": [value]},
                [value, value],
                {"@list": [value]},
            )
        )


def _alike_text(container: Any, step: Any, other: Json, rng: Random) -> None:
    if isinstance(container[step], str) and container[step]:
        container[step] = _alike(container[step], rng)


def _alike(text: str, rng: Random) -> str:
    """Text that looks the same, or nearly."""
    place = rng.randrange(len(text))
    odd = LOOKALIKES.get(text[place], rng.choice("\u200b\u202e\u0301\ufeff\u00ad"))
    forms = (
        text[:place] + odd + text[place + 1 :],
        text[:place] + "\u200b" + text[place:],
        text.upper(),
        text + "\n",
        unicodedata.normalize("NFD", text),
    )
    return rng.choice(forms)


def _of_other(container: Any, step: Any, other: Json, rng: Random) -> None:
    """A part of another sample: the member of the same name, if there is one."""
    same = other.get(step) if isinstance(other, dict) and isinstance(step, str) else None
    container[step] = copy.deepcopy(same) if same is not None and rng.random() < 0.7 else _part(other, rng)


def _part(other: Json, rng: Random) -> Json:
    places = list(_places(other))
    if not places:
        return other
    container, step = rng.choice(places)
    return copy.deepcopy(container[step])


def _context(container: Any, step: Any, other: Json, rng: Random) -> None:
    """Contexts in another order, one more, one fewer; or one within the member."""
    if not isinstance(container, dict) or not isinstance(container.get("@context"), list):
        if isinstance(container[step], dict):
            container[step]["@context"] = rng.choice(CONTEXTS)
        return
    contexts = container["@context"]
    match rng.randrange(4):
        case 0:
            rng.shuffle(contexts)
        case 1 if contexts:
            contexts.pop(rng.randrange(len(contexts)))
        case 2:
            container["@context"] = rng.choice(
                (contexts + contexts, {"@context": contexts}, rng.choice(CONTEXTS))
            )
        case _:
            contexts.insert(rng.randrange(len(contexts) + 1), copy.deepcopy(rng.choice(CONTEXTS)))


def _linked(container: Any, step: Any, other: Json, rng: Random) -> None:
    """Blank nodes that look alike, each linked with each: the work to tell them apart grows fast."""
    count = rng.choice((2, 5, 9, 30))
    nodes = [f"_:n{number}" for number in range(count)]
    clique = [
        {
            "id": node,
            "type": rng.choice(("Evidence", "Result")),
            "alignment": [{"id": each} for each in nodes],
        }
        for node in nodes
    ]
    name = rng.choice(("evidence", "result", "relatedResource", "credentialSubject", "termsOfUse"))
    (container if isinstance(container, dict) else {})[name] = clique
    if isinstance(container, list):
        container.extend(clique)


def _proof(container: Any, step: Any, other: Json, rng: Random) -> None:
    """Another purpose, suite, key or time; a proof twice, or one that names another as earlier."""
    proof = container.get("proof") if isinstance(container, dict) else None
    if not isinstance(proof, dict):
        return
    choices: list[tuple[str, Json]] = [
        *(
            ("proofPurpose", purpose)
            for purpose in ("authentication", "assertionmethod", ["assertionMethod"])
        ),
        *(
            ("cryptosuite", suite)
            for suite in ("eddsa-jcs-2022", "eddsa-rdfc-2022", "ecdsa-rdfc-2019", "bbs-2023")
        ),
        *(("type", kind) for kind in ("DataIntegrityProof", "Ed25519Signature2020", "JsonWebSignature2020")),
        *(("created", date) for date in BAD_DATES[:4]),
        *(("expires", date) for date in BAD_DATES),
        ("verificationMethod", "#key"),
        ("previousProof", "urn:uuid:1"),
        ("id", "urn:uuid:1"),
        ("domain", ["a.example"]),
        ("@context", rng.choice(CONTEXTS)),
        ("proofValue", str(proof.get("proofValue"))[::-1]),
    ]
    name, member = rng.choice(choices)
    fresh = {**proof, name: member}
    container["proof"] = rng.choice(
        (fresh, [proof, fresh], [fresh, proof], [proof] * rng.choice((2, 9, 300)), [proof, {}])
    )


Way = Callable[[Any, Any, Json, Random], None]
WAYS: Final[tuple[Way, ...]] = (
    *(_replaced, _replaced, _dated, _left_out, _renamed, _added, _added, _twice, _moved, _wrapped),
    *(_alike_text, _of_other, _of_other, _context, _context, _linked, _proof, _proof),
)
