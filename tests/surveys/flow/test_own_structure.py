"""A site's own types can begin pages and end surveys."""

import pytest

from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import routing
from cx_feedback.surveys.flow.browser_flow import build_browser_flow
from cx_feedback.surveys.flow.endings import Ending, get_ending_url
from cx_feedback.surveys.flow.quotas_by_version import is_blocked
from cx_feedback.surveys.flow.survey_validation import find_flow_problems
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.layout import Layout

CHAPTER, EXIT = "magazine_chapter", "magazine_exit"


class Chapter(Layout):
    name = CHAPTER
    template = "cx_feedback/surveys/questions/page_break.html"
    is_page_break = True


class Exit(Ending):
    name = EXIT

    def build_options(self, value):
        return {}


@pytest.fixture(autouse=True)
def _own_types(monkeypatch):
    for kind in (Chapter(), Exit()):
        monkeypatch.setitem(questions.all_types(), kind.name, kind)


def survey():
    choices = [{"key": "y", "label": "Yes"}]
    return (
        Question("a", "text", "A"),
        Question("next", CHAPTER, "Two"),
        Question("b", "text", "B"),
        Question("exit", EXIT, "Exit", help="Bye"),
        Question("c", "choice", "C", required=True, options={"choices": choices, "other": ""}),
    )


def test_pages_begin_and_end_where_the_types_say():
    items = survey()
    assert routing.has_flow(items[:2])
    assert [[q.key for q in page] for page in routing.split_into_pages(items[:3])] == [
        ["a"],
        ["next", "b"],
    ]
    assert [q.key for q in routing.get_shown_items(items, {})] == ["a", "next", "b", "exit"]
    ending = routing.find_ending(items, {})
    assert (ending.key, get_ending_url(ending)) == ("exit", "")
    flow = build_browser_flow(items)
    assert [one["key"] for one in flow if one.get("page_break")] == ["next"]
    assert [one["key"] for one in flow if one.get("ending")] == ["exit"]


def test_what_follows_an_ending_is_never_asked():
    items = survey()
    assert "Nobody gets past" in find_flow_problems(items)[3]["show_if"][0]
    assert not is_blocked(Definition("S", questions=items), {("c", "y")})
    assert is_blocked(Definition("S", questions=(*items[:3], items[4])), {("c", "y")})
