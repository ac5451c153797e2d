"""Who is who: the transport names a peer by its libp2p id, a replica by a number.

A validator of the epoch is numbered by its index; every other peer by the next free number from n up, for as
long as the epoch lasts.
"""

from collections.abc import Iterable

from registry.primitives.validator_set import ValidatorSet


class Peers:
    """The numbers of one epoch's peers, and which of them are linked."""

    def __init__(self, validators: ValidatorSet, own_id: str, linked: Iterable[str] = ()) -> None:
        self._ids = [validator.peer_id for validator in validators.validators]
        self._numbers = {peer_id: number for number, peer_id in enumerate(self._ids)}
        self._own_id = own_id
        self.linked: dict[str, int] = {}
        for peer_id in linked:
            self.link(peer_id)

    def number(self, peer_id: str) -> int:
        """The peer's number, given now if it had none."""
        number = self._numbers.get(peer_id)
        if number is None:
            number = self._numbers[peer_id] = len(self._ids)
            self._ids.append(peer_id)
        return number

    def id(self, number: int) -> str | None:
        """Whose number that is; None if it is nobody's, or this node's own."""
        if not 0 <= number < len(self._ids) or self._ids[number] == self._own_id:
            return None
        return self._ids[number]

    def link(self, peer_id: str) -> int:
        """A link is up; the peer's number."""
        number = self.linked[peer_id] = self.number(peer_id)
        return number

    def unlink(self, peer_id: str) -> int | None:
        """A link is down; the peer's number, or None if it was not linked."""
        return self.linked.pop(peer_id, None)
