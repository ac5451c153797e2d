"""A did:web document beside the ledger."""

from api.documents.did_comparison import DidMismatch, KeyDifference, compare_keys

A, B, C = b"a", b"b", b"c"


def test_the_same_keys_differ_in_nothing() -> None:
    assert compare_keys({}, {}) == ()
    assert compare_keys({"#x": A, "#y": B}, {"#y": B, "#x": A}) == ()


def test_every_difference_is_told_by_the_keys_name() -> None:
    recorded = {"#gone": A, "#same": B, "#changed": C}
    served = {"#same": B, "#changed": A, "#added": C, "#unknown": None}
    assert compare_keys(recorded, served) == (
        KeyDifference(DidMismatch.EXTRA, "#added"),
        KeyDifference(DidMismatch.DIFFERENT, "#changed"),
        KeyDifference(DidMismatch.MISSING, "#gone"),
        KeyDifference(DidMismatch.EXTRA, "#unknown"),
    )


def test_a_key_of_an_unknown_algorithm_is_not_the_recorded_one() -> None:
    assert compare_keys({"#x": A}, {"#x": None}) == (KeyDifference(DidMismatch.DIFFERENT, "#x"),)
