"""Verdicts and findings as JSON, for programs and for verifiers in other languages: one form for all.

**A verdict** is an object of

- `outcome`: `valid`, `invalid` or `indeterminate`;
- `reason`: null for a valid one, else the code of the first flaw, such as `state-root`. All codes and their
  order stand in `api.verifier.answer`;
- `finding`: what was proved (below), also where only freshness is missing; else null;
- `asOfMs`, `height`, `epoch`: the header's; null where the header is not believed;
- `anchoredBy`: what the trust in its validators rests on, `genesis only` or `checkpoint`; null likewise.

**A finding** is an object with a `type` and, by it, these members. Numbers are whole, times milliseconds
since 1970, bytes base64url without padding; leaves, entries and bodies have the members of their records in
camel case (`registry.record_log`), members of enumerations are their names in lower case.

- `found`: `number`, that of the version known at K, from 0; `version`, its leaf; `body`, its bytes;
  `successor`, the leaf of the version that followed after K, or null.
- `not-yet`: `first`, the leaf of the record's first version, or the anchor's entry, which came after K.
- `absent`: no members; there is no such record, or the issuer has anchored nothing.
- `anchored`: `number`, that of the entry in the issuer's index, from 0; `entry`; `count`, of how many hashes
  it is the root.
- `entries`: `first`, the number of the first entry asked for; `entries`, those known at K; `isLast`, whether
  no further one was known at K.
- `in-ledger`: `position` in the ledger log, from 0; `leaf`, of `height`, `index`, `timeMs` and `data`.
- `status-bits`: `record`, the finding `found` of the list's record at K; `statusList`, its body, read
  (`purpose`, `size`, `root`, `ones`, `day`, `setToday`, `createdMs`); `first`, the number of the first entry
  shown; `bits`, from that entry on, the most significant bit of a byte first.
"""

from typing import Final

from api.answer.json_form import AnswerJson, to_json
from api.verifier.verdict import Finding, StatusBits, Verdict
from registry.checking import Absent, Anchored, Entries, Found, InLedger, NotYet

_FINDING_NAMES: Final[dict[type, str]] = {
    Found: "found",
    NotYet: "not-yet",
    Absent: "absent",
    Anchored: "anchored",
    Entries: "entries",
    InLedger: "in-ledger",
    StatusBits: "status-bits",
}


def verdict_to_json(verdict: Verdict) -> dict[str, AnswerJson]:
    """The form of a verdict. Its detail is for people, and no part of it."""
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.code,
        "finding": None if verdict.finding is None else finding_to_json(verdict.finding),
        "asOfMs": verdict.as_of_ms,
        "height": verdict.height,
        "epoch": verdict.epoch,
        "anchoredBy": None if verdict.anchored_by is None else verdict.anchored_by.value,
    }


def finding_to_json(finding: Finding) -> AnswerJson:
    """The form of a finding."""
    return to_json(finding, _FINDING_NAMES)
