"""What the blocks cost an article: queries of a first view, and what a browser loads for them."""

import gzip
import json
import posixpath
import re
from pathlib import Path
from typing import Any

from benchmarks import site
from benchmarks.results import Result

#: "import … from" and "export … from", which a browser loads at once; "import()" waits.
IMPORTED = re.compile(r'^(?:import|export)\b(?:[^"`;(=]*\bfrom)?\s*"([^"]+)"', re.MULTILINE)
#: Files of these rooms, and those that every page with one of our blocks loads beside them.
OWN, SHARED = ("surveys", "nps"), ("core",)
#: What readers' pages link of each room; scripts import others.
LOADED = {
    "core": ("core/core.js", "core/core.css"),
    "comments": ("comments/comments.js", "comments/comments.css"),
    "surveys": (
        "surveys/surveys.js",
        "surveys/surveys.css",
        # Of surveys and widgets that ask by themselves.
        "surveys/slide_in.js",
        "surveys/slide_in.css",
    ),
    "nps": ("nps/starts_and_sharing.js", "nps/nps.css"),
}


def run() -> list[Result]:
    """Count the queries of an article with blocks and without, and weigh scripts and styles."""
    site.setup()
    article = site.make_article()
    _queries(article)  # what Django and Wagtail look up once for a process
    without = _queries(article)
    survey = {"type": "survey", "value": {"survey": site.make_survey().pk}}
    nps = {"type": "nps", "value": {"widget": site.make_widget().pk}}
    other = {"type": "survey", "value": {"survey": site.make_survey().pk}}
    comments = {"type": "comments", "value": {}}
    found = [
        ("queries more by survey, NPS and comments", [survey, nps, comments], 6),
        ("queries more by a survey", [survey], 2),
        ("queries more by 3 surveys", [survey, other, survey], 2),
        ("queries more by 30 surveys and NPS", [survey, nps, other] * 10, 2),
    ]
    return [
        *(
            Result("page", name, _queries(_with(article, blocks)) - without, f"<= {most}")
            for name, blocks, most in found
        ),
        Result("page", "bytes of JS and CSS of surveys and NPS, gzip", _weight(OWN), "<= 10240"),
        Result("page", "bytes with core's, which all blocks share", _weight(OWN + SHARED)),
        Result("page", "bytes of JS with comments alone, core's too, gzip", _talk("js"), "<= 8192"),
        Result("page", "bytes of CSS with comments alone, core's too", _talk("css"), "<= 4096"),
    ]


def _with(article: Any, blocks: list[Any]) -> Any:
    article.body = json.dumps(blocks)
    article.save_revision().publish()
    return article


def _queries(article: Any) -> int:
    from django.core.cache import cache
    from django.test import Client

    cache.clear()
    return site.queries(lambda: _opened(Client(), article.url))


def _opened(client: Any, address: str) -> None:
    assert client.get(address).status_code == 200


def _talk(kind: str) -> int:
    """Return the bytes of what a page with a thread and no other block loads."""
    return _weight((*SHARED, "comments"), (kind,))


def _weight(rooms: tuple[str, ...], kinds: tuple[str, ...] = ("js", "css")) -> int:
    """Return the bytes of the scripts and style sheets that pages load of these rooms."""
    found = _follow({name for room in rooms for name in LOADED[room] if name.endswith(kinds)})
    own = [text for name, text in found.items() if name.split("/")[0] in rooms]
    return sum(len(gzip.compress(text, 9)) for text in own)


def _follow(names: set[str]) -> dict[str, bytes]:
    """Return the content of these files and of all that they import at once, by name."""
    import cx_feedback

    root = Path(cx_feedback.__file__).parent
    found: dict[str, bytes] = {}
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        path = root / name.split("/")[0] / "static/cx_feedback" / name
        found[name] = path.read_bytes()
        for target in IMPORTED.findall(found[name].decode()):
            waiting.add(posixpath.normpath(posixpath.join(posixpath.dirname(name), target)))
        waiting -= found.keys()
    return found
