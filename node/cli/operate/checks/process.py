"""The node's process: descriptors, disk and log, by its own metrics; and what a start from here has."""

import math
import re
import resource
from collections.abc import Iterator

from node.cli.operate.checks import Diagnosis, ok, problem, warning
from node.serving.descriptors import TooFewDescriptors, share_out
from node.wording.counted import counted
from registry.genesis import GenesisDocument
from registry.primitives.codec import Malformed

LITTLE_LIMIT = 4_096
NEARLY_ALL = 0.9
RAISE_LIMIT = "raise the hard limit (`LimitNOFILE=65536` in the service file) and start the node again"


def check_limit(document: GenesisDocument | None) -> Iterator[Diagnosis]:
    """Whether a node that is started from here may have enough files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY in (soft, hard):
        return
    try:
        share_out(hard, 0 if document is None else document.validators.n)
    except TooFewDescriptors as error:
        yield problem("process", f"{error.what}, started from here", error.do)


def check_process(metrics: bytes) -> Iterator[Diagnosis]:
    """What the metrics of the running node say. Raises `Malformed`."""
    opened = number_in(metrics, "matricula_descriptors_open")
    limit = number_in(metrics, "matricula_descriptors_limit")
    lost_lines = number_in(metrics, "matricula_log_lines_dropped_total")
    if opened is not None and limit:
        what = f"{opened:.0f} of {limit:.0f} files and sockets are open"
        if opened > NEARLY_ALL * limit:
            yield problem("process", what, RAISE_LIMIT)
        elif limit < LITTLE_LIMIT:
            yield warning("process", f"{what}: clients are refused early", RAISE_LIMIT)
        else:
            yield ok("process", what)
    slow = number_in(metrics, "matricula_slow_writes_total")
    if slow:
        do = "check the disk (`dmesg`, `iostat -x`): while a write waits for it, the node does not vote"
        yield warning("disk", f"{counted(int(slow), 'write')} took a second or longer since the start", do)
    if lost_lines:
        do = "check the disk of the log, or the program that reads the log; nothing else was lost"
        were = "was" if lost_lines == 1 else "were"
        yield warning("process", f"{counted(int(lost_lines), 'line')} of the log {were} lost", do)


def number_in(metrics: bytes, name: str) -> float | None:
    """What a metric without labels says, None where there is none of that name. Raises `Malformed`."""
    match = re.search(rb"^%s ([0-9.e+]+)$" % name.encode(), metrics, re.MULTILINE)
    if match is None:
        return None
    try:
        number = float(match[1])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Malformed(f"{name} is no number")
    return number
