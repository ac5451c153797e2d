"""The bits of whole status lists, kept as long as there is room: a version of a list never changes.

A list of 4,194,304 entries is 4,096 chunks, each read by a seek. Verifiers ask for the same few lists again
and again, and a new block changes most of them not at all.
"""

from collections import OrderedDict

from registry.kinds.status_list.bitmap import read_chunk
from registry.tables import Reader


class KeptBits:
    """The lists read last, of at most `max_bytes` together. Not for use by several threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._held: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()

    def read(self, reader: Reader, record_key: bytes, version: int, chunks: int) -> bytes:
        """The bits of a list of so many chunks as of a version."""
        place = (record_key, version)
        bits = self._held.get(place)
        if bits is None:
            bits = b"".join(read_chunk(reader, record_key, chunk, version) for chunk in range(chunks))
            self._held[place] = bits
            self._bytes += len(bits)
            while self._bytes > self._max_bytes:
                _, forgotten = self._held.popitem(last=False)
                self._bytes -= len(forgotten)
        else:
            self._held.move_to_end(place)
        return bits
