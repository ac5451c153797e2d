"""L1 to L5: a URL stands for the bytes that are pinned, whoever brings them, and nothing is fetched."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.credentials.contexts.library import (
    ContextError,
    ContextFault,
    ContextLibrary,
    ContextOrigin,
    read_context,
)
from api.credentials.contexts.pins import PINS
from api.credentials.contexts.shipped import shipped_urls
from api.credentials.document import Json, canonical
from registry.primitives.digest import sha256
from tests.api.credentials.contexts.imported import library_of

OWN = "https://college.example/terms/v1"
TERMS: Json = {"@context": {"term": "https://college.example/terms#term"}}


def test_what_is_shipped_is_what_is_pinned() -> None:
    shipped = list(ContextLibrary().shipped())
    assert [context.url for context in shipped] == list(shipped_urls())
    assert all(context.sha256 in PINS[context.url] for context in shipped)
    assert all(context.origin is ContextOrigin.SHIPPED for context in shipped)


def test_reading_what_is_shipped_runs_no_code_of_the_badge_library() -> None:
    code = (
        "import sys\n"
        "from api.credentials.contexts.library import ContextLibrary\n"
        "assert len(list(ContextLibrary().shipped())) > 5\n"
        "print(sorted(name for name in sys.modules if name.startswith(('openbadgeslib', 'pyld'))))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_pinned_context_can_be_had(vectors: Path) -> None:
    library = library_of(vectors)
    for url in PINS:
        context = library.find(url)
        assert context is not None, url
        assert sha256(canonical(context.document)).hex() == context.sha256


def test_the_vectors_are_the_pinned_contexts(vectors: Path) -> None:
    """Also those that are shipped by somebody else in the same or in a later form."""
    for url in PINS:
        data = (library_of(vectors)._find_imported)(url)
        if data is not None:
            assert read_context(url, data).sha256 in PINS[url]


def test_one_that_is_not_there_is_not_known() -> None:
    assert ContextLibrary().find("https://w3id.org/dcc/v1") is None
    assert ContextLibrary().find(OWN) is None


def test_an_imported_one_is_read_once_and_stays() -> None:
    asked = []

    def find(url: str) -> bytes | None:
        asked.append(url)
        return json.dumps(TERMS).encode()

    library = ContextLibrary(find)
    first = library.find(OWN)
    library.look_in(lambda url: None)
    assert first is not None
    assert (first.origin, first.local) == (
        ContextOrigin.IMPORTED,
        {"term": "https://college.example/terms#term"},
    )
    assert library.find(OWN) is first
    assert asked == [OWN]


def test_what_is_shipped_is_not_looked_for_among_the_imported() -> None:
    library = ContextLibrary(pytest.fail)
    assert library.find("https://www.w3.org/ns/credentials/v2") is not None


REFUSED: dict[str, tuple[str, bytes, ContextFault]] = {
    "no URL": ("terms.json", json.dumps(TERMS).encode(), ContextFault.NOT_A_URL),
    "other bytes": ("https://w3id.org/dcc/v1", json.dumps(TERMS).encode(), ContextFault.OTHER_BYTES),
    "no JSON": (OWN, b"<html>", ContextFault.NOT_A_CONTEXT),
    "a name twice": (OWN, b'{"@context": {}, "@context": {}}', ContextFault.NOT_A_CONTEXT),
    "no context": (OWN, b'{"context": {}}', ContextFault.NOT_A_CONTEXT),
    "a number": (OWN, b'{"@context": 5}', ContextFault.NOT_A_CONTEXT),
    "huge": (OWN, b'{"@context": {}}' + b" " * (256 * 1024), ContextFault.NOT_A_CONTEXT),
    "another one's URL": (OWN, b'{"@context": "https://other.example/v1"}', ContextFault.NAMES_ANOTHER),
    "one in a list": (OWN, b'{"@context": [{}, "https://other.example/v1"]}', ContextFault.NAMES_ANOTHER),
    "an import": (OWN, b'{"@context": {"@import": "https://other.example/v1"}}', ContextFault.NAMES_ANOTHER),
    "one within a term": (
        OWN,
        b'{"@context": {"a": {"@id": "urn:a", "@context": {"b": {"@id": "urn:b", "@context": "urn:c"}}}}}',
        ContextFault.NAMES_ANOTHER,
    ),
}


@pytest.mark.parametrize(("url", "data", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(url: str, data: bytes, fault: ContextFault) -> None:
    with pytest.raises(ContextError) as refused:
        read_context(url, data)
    assert refused.value.fault is fault


def test_a_refused_file_is_told_and_not_taken_for_absent() -> None:
    library = ContextLibrary(lambda url: b"{}")
    with pytest.raises(ContextError):
        library.find(OWN)
