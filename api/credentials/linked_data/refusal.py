"""A document that has no canonical form here, and the work that may be spent to find one."""

from api.credentials.excerpt import detail_of
from api.credentials.flaw import CredentialFlaw, Flaw


class LinkedDataError(ValueError):
    """A document whose meaning cannot be signed or verified, with the flaw that it has."""

    def __init__(self, reason: CredentialFlaw, *told: str) -> None:
        self.flaw = Flaw(reason, detail_of(*told))
        super().__init__(f"{reason.sentence} {self.flaw.detail}".rstrip())


class WorkBudget:
    """How much work one document may cause. A unit is about five microseconds; what costs
    how many is fixed by the document alone, so that every machine gives up on the same documents, however
    fast it is and whatever it has in its caches.
    """

    def __init__(self, units: int) -> None:
        self._units = units
        self._left = units

    def spend(self, units: int) -> None:
        """Raises `LinkedDataError` where more is spent than there is."""
        self._left -= units
        if self._left < 0:
            told = f"more than {self._units} units of work"
            raise LinkedDataError(CredentialFlaw.TOO_MUCH_WORK, told)

    @property
    def spent(self) -> int:
        """The units spent so far."""
        return self._units - self._left
