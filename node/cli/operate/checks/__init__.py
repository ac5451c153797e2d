"""What `matricula doctor` looks at. Each check gives findings; a check that cannot be made says so in one."""

from dataclasses import dataclass
from enum import StrEnum

OUTSIDE_SOURCE = (
    "compare the clock with an outside source (NTP, such as `chronyc tracking`) before you set any, and run "
    "an NTP client on every machine"
)


class Severity(StrEnum):
    """How serious a finding is."""

    OK = "ok"
    WARNING = "warning"
    """The node works; something should be done in time."""
    PROBLEM = "problem"
    """The node does not work as it should, or is about to stop doing so."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a check found; `do` says what to do about it, empty where it is ok."""

    check: str
    level: Severity
    what: str
    do: str = ""


def ok(check: str, what: str) -> Diagnosis:
    """All is well."""
    return Diagnosis(check, Severity.OK, what)


def warning(check: str, what: str, do: str) -> Diagnosis:
    """Something to be done in time."""
    return Diagnosis(check, Severity.WARNING, what, do)


def problem(check: str, what: str, do: str) -> Diagnosis:
    """Something to be done now."""
    return Diagnosis(check, Severity.PROBLEM, what, do)
