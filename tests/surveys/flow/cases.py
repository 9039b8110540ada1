"""The cases that the server's rules and the page's must answer alike: ``cases.json``.

``matches``: words, a condition (or its rules alone), answers, whether they match.
``pages``: words, items (a key, and rules; "-" begins a page break's key, "!" an ending's),
answers, the keys on each page.
"""

import json
from pathlib import Path
from typing import Any

from cx_feedback.surveys.flow.endings import Ending
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.layout import PageBreak

_ALL = json.loads((Path(__file__).parent / "cases.json").read_text())


def condition(raw: Any) -> dict[str, Any]:
    """Return a condition as a definition holds it."""
    raw = {"match": "all", "rules": raw} if isinstance(raw, list) else raw
    if not raw:
        return {}
    names = ("question", "operator", "value")
    return {**raw, "rules": [dict(zip(names, rule, strict=True)) for rule in raw["rules"]]}


def item(key: str, raw: Any = None) -> Question:
    """Return the question, page break or ending of a case."""
    kind = {"-": PageBreak.name, "!": Ending.name}.get(key[0], "text")
    return Question(key, kind, key, show_if=condition(raw or {}))


MATCHES = [(words, condition(raw), answers, held) for words, raw, answers, held in _ALL["matches"]]
PAGES = [
    (words, [item(*raw) for raw in items], answers, keys)
    for words, items, answers, keys in _ALL["pages"]
]
