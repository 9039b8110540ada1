"""The memory of a process, as Linux tells it."""

from pathlib import Path


def read_peak_memory() -> float:
    """Return the most memory that this process ever held, in MiB.

    ``ru_maxrss`` of a child is at least what its parent held when it forked; VmHWM is its own.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM: peaks of memory are read on Linux only.")
