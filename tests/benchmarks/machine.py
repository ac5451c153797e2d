"""What Linux says of this machine and of a process (`man 5 proc`)."""

import os
import platform
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Places of utime and stime in /proc/PID/stat after the process's name."""


def describe() -> dict[str, object]:
    """Cores, processor, memory, kernel and Python."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def load() -> float:
    """The load average of the last minute."""
    return round(os.getloadavg()[0], 2)


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_PER_S


def resident_megabytes(pid: int) -> float:
    """Memory of a process that is in RAM, shared libraries included; megabytes of 10⁶ bytes."""
    kibibytes = _first(f"/proc/{pid}/status", "VmRSS").removesuffix(" kB")
    return int(kibibytes) * 1024 / 1e6


def pin(pid: int, cores: set[int]) -> None:
    """Let every thread of a process run on these cores only."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


def _first(path: str, name: str) -> str:
    """The value of the first line `name: value` of a file; empty where there is none."""
    for line in Path(path).read_text().splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() == name:
            return value.strip()
    return ""
