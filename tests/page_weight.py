"""The files that pages load, what they import, and their weight."""

import gzip
import re
from pathlib import Path

import cx_feedback

ROOT = Path(cx_feedback.__file__).parent
#: "import … from" and "export … from", which a browser loads at once; "import()" waits.
IMPORTED = re.compile(
    r"""^\s*(?:import|export)\b(?:[^"'`;(=]*\bfrom)?\s*["']([^"']+)["']""", re.MULTILINE
)
LATER = re.compile(r"""\bimport\(\s*["']([^"']+)["']""")


def find_file(name: str) -> Path:
    """Return the file behind a static name, such as "cx_feedback/surveys/surveys.js"."""
    return ROOT / name.split("/")[1] / "static" / name


def follow(names: set[str], pattern: re.Pattern[str] = IMPORTED) -> set[str]:
    """Return these static files with all that they import, at whatever depth."""
    found, waiting = set(), set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name.endswith(".js"):
            for path in pattern.findall(find_file(name).read_text()):
                target = (find_file(name).parent / path).resolve()
                waiting.add("cx_feedback/" + str(target).rpartition("/static/cx_feedback/")[2])
        waiting -= found
    return found


def weigh(names: set[str]) -> dict[str, int]:
    """Return the compressed bytes of each file."""
    return {name: len(gzip.compress(find_file(name).read_bytes(), 6)) for name in sorted(names)}
