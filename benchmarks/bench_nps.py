"""Storing an NPS answer over REST against a bare view that does one INSERT."""

import json
from itertools import cycle

from benchmarks import site
from benchmarks.load import Load, post, ratio
from benchmarks.readers import reader_keys
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
        keys = cycle(reader_keys(1000))
        again = Load(
            port, lambda: post(path, body.encode(), Cookie=f"cx_reader={next(keys)}", **own)
        )
        results = [
            Result("nps", f"answer by REST, {who}, to a bare INSERT", ratio(load, bare), ">= 0.4")
            for who, load in (("a new reader", first), ("known readers", again))
        ]
    for load in (bare, first, again):
        assert set(load.statuses) == {201}, load.statuses
    return results
