"""The reasons for problems."""

from api.problems import REASONS, RequestFault
from api.publications.fault import PublicationFault
from registry.ruleset import CURRENT


def test_registry_and_request_reasons_are_all_there_and_apart() -> None:
    reasons = (*RequestFault, *PublicationFault, *CURRENT.reasons)
    assert set(REASONS) == {reason.value for reason in reasons}
    assert len(REASONS) == len(reasons)


def test_every_form_of_an_id_is_told_to_whoever_wrote_an_impossible_one() -> None:
    """A new kind is named without anybody thinking of it. An anchor is no record and has its own path."""
    records, indexes = RequestFault.IMPOSSIBLE_ID.remedy.partition("The ids of records: ")[2].split(". ", 1)
    told = {
        name: form
        for part in records.split("; ")
        for form, _, names in (part.partition(" for "),)
        for name in names.split(", ")
    }
    forms = CURRENT.id_forms.items()
    assert told == {name: form.written for name, form in forms if name not in ("anchor", "index")}
    assert told["pending"] == "`DID/pending/NAME`"
    for relation in CURRENT.relations:
        assert relation.name in indexes
