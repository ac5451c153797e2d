"""Which encoding a client wants."""

import pytest

from api.interface.media import Encoding, wanted
from api.problems import ProblemError, RequestFault


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        (None, Encoding.JSON),
        ("*/*", Encoding.JSON),
        ("application/json", Encoding.JSON),
        ("application/cbor", Encoding.CBOR),
        ("APPLICATION/CBOR; q=0.9", Encoding.CBOR),
        ("text/html, application/cbor;q=0.8, */*;q=0.1", Encoding.CBOR),
        ("application/json;q=0.5, application/cbor", Encoding.CBOR),
        ("application/cbor;q=0.5, application/json;q=0.501", Encoding.JSON),
        ("application/json;q=0, application/cbor;q=0.001", Encoding.CBOR),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Encoding.JSON),
    ],
)
def test_wanted(accept: str | None, encoding: Encoding) -> None:
    assert wanted(accept) is encoding


@pytest.mark.parametrize(
    "accept",
    ["", "text/html", "application/xml;q=1", "application/json;q=0", "application/json;q=2", "*/*," * 400],
)
def test_not_acceptable(accept: str) -> None:
    with pytest.raises(ProblemError) as caught:
        wanted(accept)
    assert caught.value.problem.reason is RequestFault.NOT_ACCEPTABLE
