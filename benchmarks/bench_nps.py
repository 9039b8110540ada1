"""Storing an NPS answer over REST against a bare view that does one INSERT."""

import json

from benchmarks import site
from benchmarks.load import Load, post, ratio
from benchmarks.results import Result


def run() -> list[Result]:
    """Measure first answers (a new reader each) and answers of a reader with a cookie."""
    site.setup()
    article, widget = site.make_article(), site.make_widget()
    body = json.dumps({"page": article.pk, "answers": {"score": 9, "reason": "It is clear."}})
    path = f"/feedback/api/v1/nps/{widget.pk}/responses/"
    own = {"Sec_Fetch_Site": "same-origin"}

    with site.gunicorn() as port:
        bare = Load(port, lambda: post("/bare/", body.encode(), **own))
        first = Load(port, lambda: post(path, body.encode(), **own))
        cookie = f"cx_reader={_reader_key()}"
        again = Load(port, lambda: post(path, body.encode(), Cookie=cookie, **own))
        results = [
            Result(
                "nps",
                "answer by REST, a new reader, to a bare INSERT",
                ratio(first, bare),
                ">= 0.4",
            ),
            Result(
                "nps",
                "answer by REST, a known reader, to a bare INSERT",
                ratio(again, bare),
                ">= 0.4",
            ),
        ]
    for load in (bare, first, again):
        assert set(load.statuses) == {201}, load.statuses
    return results


def _reader_key() -> str:
    from cx_feedback.readers.services import begin

    return begin().key.hex
