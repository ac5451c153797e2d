"""What a reader asks of a credential, as a file that people copy and change (decision 0121).

A policy is a TOML text:

    name = "employer"
    must_be_valid = ["issuer"]      # of issuer, schema, anchor, holder, names
    proofs = 1                      # by so many signers, 1 to 8
    max_age_days = 3650             # left out: of any age

Rules:

- L1 Form, signature, key, dates and status must always be valid: no policy can waive them. A check that is
  invalid always counts. So a policy decides only whether one that is indeterminate counts as well.
- L2 A policy is read strictly. What is unknown, missing or of another type is refused with the line, the key
  and what is permitted: a policy that is misread in silence is worse than none.
- L3 A proof counts once for each signer; where the issuer must be registered, so must whoever else signs.
- L4 The age is taken from the anchor where there is one, else from the last date that begins the credential,
  which is a claim.

Source of the form: TOML 1.0.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from api.credentials.excerpt import excerpt
from api.verifier.credential.check import Aspect
from registry.primitives.reason import Reason

MAX_POLICY_BYTES: Final = 64 * 1024
MAX_SIGNERS: Final = 8
MAX_AGE_DAYS: Final = 36_525
"""A hundred years."""
SHIPPED: Final = ("employer", "admissions", "professional-development")
DEFAULT_POLICY: Final = "employer"

_OPTIONAL: Final = (Aspect.ISSUER, Aspect.SCHEMA, Aspect.ANCHOR, Aspect.HOLDER, Aspect.NAMES)
_KEYS: Final = ("name", "must_be_valid", "proofs", "max_age_days")
_MAX_NAME: Final = 64


class PolicyFault(Reason):
    """Why a text is no policy. Whoever wrote it meets it."""

    TOO_LONG = (
        "policy-too-long",
        f"The policy has more than {MAX_POLICY_BYTES} bytes.",
        "Check that this is the right file: a policy has a few lines.",
    )
    NOT_TOML = (
        "policy-not-toml",
        "The policy is not TOML.",
        "Correct it at the place that is named, or copy a shipped policy and change that.",
    )
    UNKNOWN_KEY = (
        "policy-unknown-key",
        "The policy has a key that no policy has.",
        f"Use only these keys: {', '.join(_KEYS)}.",
    )
    MISSING_KEY = (
        "policy-missing-key",
        "The policy lacks a key that every policy has.",
        "Add the key that is named, or copy a shipped policy and change that.",
    )
    WRONG_VALUE = (
        "policy-wrong-value",
        "A key of the policy has a value that is not permitted.",
        "Give it one of the values that are named.",
    )


class PolicyError(ValueError):
    """A policy refused, with the reason, the key ("" where it is none), the line from 1 (None where it is not
    known), and what is permitted there.
    """

    def __init__(self, fault: PolicyFault, key: str, line: int | None, detail: str) -> None:
        super().__init__(f"{fault.sentence} {detail}".rstrip())
        self.fault = fault
        self.key = key
        self.line = line
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Policy:
    """What must be valid beside what always must (L1), by how many signers, and how many days old it may be;
    None for any age.
    """

    name: str
    must_be_valid: frozenset[Aspect]
    proofs: int = 1
    max_age_days: int | None = None


def shipped_text(name: str) -> str:
    """The text of a shipped policy: one of `SHIPPED`."""
    if name not in SHIPPED:
        raise ValueError(f"no policy of this name is shipped: {name}")
    return (resources.files(__package__) / "policies" / f"{name}.toml").read_text("utf-8")


def shipped_policy(name: str = DEFAULT_POLICY) -> Policy:
    """A shipped policy: one of `SHIPPED`."""
    return read_policy(shipped_text(name))


def read_policy(text: str) -> Policy:
    """The policy in a TOML text (L2). Raises `PolicyError`."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_POLICY_BYTES:
        raise PolicyError(PolicyFault.TOO_LONG, "", None, "")
    return _Reading(text, _parsed(text)).policy()


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        told = "It is nested too deep." if isinstance(error, RecursionError) else f"{error}."
        raise PolicyError(PolicyFault.NOT_TOML, "", None, told) from None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text and what it holds."""

    text: str
    held: Mapping[str, Any]

    def policy(self) -> Policy:
        """L2: unknown keys first, for one that is misspelt is missing as well."""
        for key in self.held:
            if key not in _KEYS:
                told = f"{excerpt(key)} is none of {', '.join(_KEYS)}."
                raise self._error(PolicyFault.UNKNOWN_KEY, key, told)
        return Policy(
            self._name(),
            self._must_be_valid(),
            self._number("proofs", MAX_SIGNERS),
            self._number("max_age_days", MAX_AGE_DAYS) if "max_age_days" in self.held else None,
        )

    def _name(self) -> str:
        name = self._value("name")
        if not isinstance(name, str) or not name.strip() or len(name) > _MAX_NAME:
            raise self._wrong("name", f"a text of 1 to {_MAX_NAME} characters")
        return name

    def _must_be_valid(self) -> frozenset[Aspect]:
        permitted = {aspect.value: aspect for aspect in _OPTIONAL}
        wanted = self._value("must_be_valid")
        told = f"a list of any of {', '.join(permitted)}"
        if not isinstance(wanted, list):
            raise self._wrong("must_be_valid", told)
        for name in wanted:
            if not isinstance(name, str) or name not in permitted:
                raise self._wrong("must_be_valid", told, name)
        return frozenset(permitted[name] for name in wanted)

    def _number(self, key: str, most: int) -> int:
        number = self._value(key)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
            raise self._wrong(key, f"a whole number from 1 to {most}")
        return number

    def _value(self, key: str) -> Any:
        if key not in self.held:
            raise PolicyError(PolicyFault.MISSING_KEY, key, None, f"It is {key}.")
        return self.held[key]

    def _wrong(self, key: str, permitted: str, found: Any = ...) -> PolicyError:
        written = self.held[key] if found is ... else found
        told = f"{key} is {_shown(written)}, and must be {permitted}."
        return self._error(PolicyFault.WRONG_VALUE, key, told)

    def _error(self, fault: PolicyFault, key: str, told: str) -> PolicyError:
        return PolicyError(fault, key, self._line(key), told)

    def _line(self, key: str) -> int | None:
        """Where a key is written, as far as it stands at the beginning of a line."""
        for number, line in enumerate(self.text.splitlines(), 1):
            written = line.strip().lstrip("[").split("=")[0].split("]")[0].strip()
            if written in (key, f'"{key}"', f"'{key}'"):
                return number
        return None


def _shown(written: Any) -> str:
    """A value of TOML as a message shows it; dates and times by their kind."""
    is_json = written is None or isinstance(written, bool | str | int | float | list | dict)
    return excerpt(written) if is_json else "a date or a time"
