"""Another way to keep the records' map: a plain dictionary, of which everything is worked out anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from registry.primitives.map_proof import EMPTY_ROOT, KEY_SIZE, MapProof
from registry.rows import head_of, read_record_log
from registry.tables import Reader, Table


def bits_of(key: bytes) -> str:
    """A key's path: 256 times 0, to the left, or 1."""
    return f"{int.from_bytes(key, 'big'):0256b}"


def below(content: Mapping[bytes, bytes], prefix: str) -> dict[bytes, bytes]:
    """The entries whose keys' paths begin so."""
    return {key: value for key, value in content.items() if bits_of(key).startswith(prefix)}


def root_by_definition(content: Mapping[bytes, bytes], prefix: str = "") -> bytes:
    """Rules 1 and 2 of `registry.primitives.map_proof`, word for word."""
    content = below(content, prefix)
    if not content:
        return EMPTY_ROOT
    if len(content) == 1:
        [(key, value)] = content.items()
        return sha256(b"\x02" + key + value).digest()
    halves = (root_by_definition(content, prefix + turn) for turn in "01")
    return sha256(b"\x03" + b"".join(halves)).digest()


@dataclass(frozen=True)
class RecomputedMap:
    """A `registry.state_map.StateMap` without a tree."""

    entries: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def root(self) -> bytes:
        return root_by_definition(self.entries)

    def update(self, entries: Mapping[bytes, bytes]) -> "RecomputedMap":
        if any((len(key), len(value)) != (KEY_SIZE, 32) for key, value in entries.items()):
            raise ValueError("keys and values have 32 bytes")
        return RecomputedMap({**self.entries, **entries})

    def prove(self, key: bytes) -> MapProof:
        """Rule 3: down the key's path while more than one entry is below."""
        siblings, path, depth = [], bits_of(key), 0
        while len(below(self.entries, path[:depth])) > 1:
            other_turn = "10"[int(path[depth])]
            siblings.append(root_by_definition(self.entries, path[:depth] + other_turn))
            depth += 1
        end = below(self.entries, path[:depth]).items()
        other = next((entry for entry in end if entry[0] != key), None)
        return MapProof(_bitmap(siblings), tuple(node for node in siblings if node != EMPTY_ROOT), other)


def recomputed_from(reader: Reader) -> RecomputedMap:
    """The map of the records that the tables hold."""
    rows = reader.scan(Table.RECORD, b"")
    return RecomputedMap({key: head_of(read_record_log(row)) for key, row in rows})


def _bitmap(siblings: list[bytes]) -> bytes:
    size = (len(siblings) + 7) // 8
    present = "".join("01"[sibling != EMPTY_ROOT] for sibling in siblings)
    return int(present.ljust(8 * size, "0") or "0", 2).to_bytes(size, "big")
