"""Templates are read as often as code: no line is long (``make lint`` checks their format)."""

from pathlib import Path

import cx_feedback
import example_site

LONGEST_LINE = 120
ROOTS = [Path(package.__file__).parent for package in (cx_feedback, example_site)]
TEMPLATES = sorted(
    path
    for root in ROOTS
    for path in root.rglob("*")
    if "templates" in path.parts and path.suffix in (".html", ".txt", ".mjml")
)


def test_templates_are_found():
    assert len(TEMPLATES) > 240
    assert {path.suffix for path in TEMPLATES} >= {".html", ".txt", ".mjml"}


def test_no_line_is_too_long():
    found = [
        f"{path}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert found == []
