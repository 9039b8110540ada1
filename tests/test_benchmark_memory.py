"""The memory that benchmarks read is that of the process itself: a benchmark that can fail."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.messages import ROOT

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peaks of memory are read on Linux only"
)
CHILD = "from benchmarks.memory import read_peak_memory; print(read_peak_memory())"


def read_child_peak(extra=""):
    command = [sys.executable, "-c", extra + CHILD]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def test_a_large_parent_does_not_hide_what_its_child_holds():
    held = bytearray(200 * 2**20)
    small = read_child_peak()
    large = read_child_peak("held = bytearray(50 * 2**20)\n")
    assert len(held) > small * 2**20
    assert 45 < large - small < 60
