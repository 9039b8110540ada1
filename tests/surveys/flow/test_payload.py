"""What a page with surveys and NPS loads."""

import gzip
from pathlib import Path

import cx_feedback
from cx_feedback.core.templatetags.cx_feedback import cx_feedback_head

ROOT = Path(cx_feedback.__file__).parent


def test_scripts_and_styles_stay_small():
    names = [
        f"{r}/static/cx_feedback/{r}/{r}.{e}" for r in ("surveys", "nps") for e in ("js", "css")
    ]
    sizes = {name: len(gzip.compress((ROOT / name).read_bytes(), 9)) for name in names}
    assert sum(sizes.values()) <= 8192, sizes


def test_pages_without_them_load_none_of_it():
    head = cx_feedback_head()
    assert "core.css" in head
    assert "surveys." not in head
    assert "nps." not in head
