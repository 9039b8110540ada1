"""What a page with surveys and NPS loads."""

import gzip
import re
from pathlib import Path

import cx_feedback
from cx_feedback.core.templatetags.cx_feedback import MODULES, STYLES, cx_feedback_head

ROOT = Path(cx_feedback.__file__).parent


def test_scripts_and_styles_stay_small():
    names = [
        f"{r}/static/cx_feedback/{r}/{r}.{e}" for r in ("surveys", "nps") for e in ("js", "css")
    ]
    sizes = {name: len(gzip.compress((ROOT / name).read_bytes(), 9)) for name in names}
    assert sum(sizes.values()) <= 10240, sizes
    core = [f"core/static/cx_feedback/core/core.{kind}" for kind in ("js", "css")]
    sizes = {name: len(gzip.compress((ROOT / name).read_bytes(), 9)) for name in core}
    assert sum(sizes.values()) <= 5120, sizes


def test_pages_without_them_load_none_of_it():
    head = cx_feedback_head()
    assert "core.css" in head
    assert "surveys." not in head
    assert "nps." not in head


def test_the_head_looks_up_no_files(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("looked for a file")

    monkeypatch.setattr("django.contrib.staticfiles.finders.find", fail)
    assert cx_feedback_head().count("cx_feedback/core/core.") == 2


def test_what_the_head_and_the_rooms_link_is_there():
    linked = set()
    for template in ROOT.glob("*/templates/**/*.html"):
        linked |= set(re.findall(r"{% static '(cx_feedback/[^']+)' %}", template.read_text()))
    linked |= {*STYLES, *MODULES}
    assert {"cx_feedback/comments/comments.js", "cx_feedback/nps/nps.css"} <= linked
    missing = [p for p in linked if not (ROOT / p.split("/")[1] / "static" / p).exists()]
    assert missing == []
