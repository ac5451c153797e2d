"""What a body claims to be."""

import pytest

from api.problems import ProblemError, RequestFault
from api.web.media import content_type


def test_content_type() -> None:
    taken = ("application/cose", "application/cbor")
    assert content_type("Application/COSE; charset=x", taken) == "application/cose"
    for other in (None, "", "application/json", "application/cose+x"):
        with pytest.raises(ProblemError) as caught:
            content_type(other, taken)
        assert caught.value.problem.reason is RequestFault.UNSUPPORTED_MEDIA_TYPE
        assert "application/cose, application/cbor" in caught.value.problem.detail
