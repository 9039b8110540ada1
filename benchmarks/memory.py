"""The memory of a process, as Linux tells it."""

from pathlib import Path


def read_peak_memory() -> float:
    """Return the most memory that this process ever held, in MiB.

    VmHWM is that of the process itself; what getrusage tells of a child begins with its parent.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM: peaks of memory are read on Linux only.")
