"""Sizes of encoded proofs in large registries; pure computation."""

import gc
import os
import time
from collections.abc import Mapping
from random import Random

from node.process.app import GC_THRESHOLDS
from registry.primitives.map_proof import MAP_PROOF
from registry.primitives.merkle import leaf_hash, range_proof
from registry.primitives.shape import encode_as
from registry.primitives.sparse_map import SparseMap
from registry.record_log import VERSION_LEAF, VersionLeaf
from tests.benchmarks.figures import Measured, Setting
from tests.registry.recorded import StoredLog

BATCH = 1_000
BATCHES = 100
VERSIONS = 100_000
SAMPLES = 1_000


async def map_paths(setting: Setting) -> Mapping[str, Measured]:
    """A map of so many records: the paths of its proofs, then what updating it as blocks do takes."""
    setting.say(f"filling a map with {setting.records} records")
    entries = {os.urandom(32): os.urandom(32) for _ in range(setting.records)}
    mapping = SparseMap.EMPTY.update(entries)
    chosen = Random(0).sample(sorted(entries), min(SAMPLES, len(entries)))
    sizes = [len(encode_as(MAP_PROOF, mapping.prove(key))) for key in chosen]
    setting.say(f"{BATCHES} batches of {BATCH} on top")
    gc.freeze()  # as a node does once its map is built
    before = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLDS)
    batches = [{os.urandom(32): os.urandom(32) for _ in range(BATCH)} for _ in range(BATCHES)]
    began = time.process_time()
    for batch in batches:
        mapping = mapping.update(batch)
    spent_s = time.process_time() - began
    gc.unfreeze()
    gc.set_threshold(*before)
    return {
        "map-updates": Measured(
            BATCH * BATCHES / spent_s,
            f"CPU time of {BATCHES} batches of {BATCH} new keys, in a map of {setting.records} before",
        ),
        "map-path": Measured(
            max(sizes),
            f"the longest of {len(sizes)} paths in a map of {setting.records}; mean {_mean(sizes)}",
        ),
    }


async def as_of_pair(setting: Setting) -> Mapping[str, Measured]:
    """Two neighbouring versions of a long log and the path that shows them, as in a record's proof."""
    setting.say(f"a log of {VERSIONS} versions")
    log = StoredLog()
    for number in range(VERSIONS):
        leaf = VersionLeaf(10_000_000 + number, 1, 1_800_000_000_000 + number, os.urandom(32))
        log.append(leaf, encode_as(VERSION_LEAF, leaf))
    sizes = []
    for first in Random(0).sample(range(VERSIONS - 1), SAMPLES):
        leaves = [encode_as(VERSION_LEAF, leaf) for leaf in log.leaves[first : first + 2]]
        path = range_proof(first, first + 2, VERSIONS, log.node)
        sizes.append(sum(map(len, leaves)) + sum(len(node) + 2 for node in path))
    if log.node(0, 0) != leaf_hash(encode_as(VERSION_LEAF, log.leaves[0])):
        raise RuntimeError("the log does not hold what was put into it")
    how = f"the longest of {SAMPLES} pairs in a log of {VERSIONS} versions; mean {_mean(sizes)}"
    return {"as-of-pair": Measured(max(sizes), how)}


def _mean(sizes: list[int]) -> str:
    return f"{sum(sizes) / len(sizes):.0f} bytes"
