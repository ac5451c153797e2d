"""Ways to be refused: for each reason at least one transaction that is refused for it and for nothing else.

Each case gets a fresh network, with an issuer (did:matricula, sponsored by the university), and gives what
the next block answers to the offending transaction.
"""

from collections.abc import Callable
from typing import TypeAlias

from registry.execution import ExecutionResult, MissingContent, Rejected
from registry.rejection import RejectionReason
from tests.registry.network import ASSERT, UNIVERSITY, Network, Signed, owned

Outcome: TypeAlias = ExecutionResult | Rejected | MissingContent


class Scene(Network):
    """A network with one issuer, which has a key of each purpose."""

    def __init__(self) -> None:
        super().__init__()
        signed = self.signed_by(UNIVERSITY)
        keys = [owned("issuer"), owned("credentials", ASSERT, "key-2")]
        self.issuer = signed.build.register_did(UNIVERSITY, keys)
        self.commit(signed.bytes())

    def by_issuer(self) -> Signed:
        """A transaction to be signed by the issuer."""
        return self.signed_by(self.issuer, "issuer")


Case: TypeAlias = Callable[[Scene], Outcome]

CASES: list[tuple[RejectionReason, Case]] = []


def refused(reason: RejectionReason) -> Callable[[Case], Case]:
    """Lists a case under the reason that it must be refused for."""

    def listed(case: Case) -> Case:
        CASES.append((reason, case))
        return case

    return listed
