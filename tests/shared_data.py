"""Real data that lies beside the repository on some machines; tests skip where it is not."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CX_SHARED_DATA") or ROOT.parent / "shared" / "data")


def shared_file(name: str) -> Path:
    """Return the path of a shared data file; skips the test where it is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine; CX_SHARED_DATA names its folder")
    return path
