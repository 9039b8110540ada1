"""What a page with surveys and NPS loads: what it links, and what that imports."""

import json
import re

import pytest
from django.template import Context, Template

from cx_feedback.core.templatetags.cx_feedback import MODULES, STYLES, cx_feedback_head
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey
from tests.page_weight import LATER, ROOT, find_file, follow, weigh
from tests.site.models import ArticlePage
from tests.surveys.questions.asking import raw

#: Bytes, compressed as a server does by default.
MOST = {"surveys and nps": 10 * 1024, "in the text": 8 * 1024, "core": 5632}
LINKED = re.compile(r'<(?:link rel="stylesheet" href|script type="module" src)="/static/([^"]+)"')
PAGE = Template(
    "{% load wagtailcore_tags cx_feedback cx_feedback_surveys %}{% cx_feedback_head %}"
    "{% include_block page.body %}{% cx_placed_surveys %}"
)
#: Files of readers' pages that only some of them load, and what a page has that does.
ONLY_WHERE_IT_IS = {
    "cx_feedback/core/outbox.js": "a form into which somebody writes",
    "cx_feedback/core/draft_forms.js": "a form into which somebody writes",
    "cx_feedback/core/client/client.js": "a form into which somebody writes",
    "cx_feedback/core/thanks.js": "a form into which somebody writes",
    "cx_feedback/core/problems.js": "an answer that was refused",
    "cx_feedback/core/challenge.js": "a form whose server asks for a proof of work",
    "cx_feedback/core/live_refresh.js": "a list of the admin",
    "cx_feedback/surveys/ranking.js": "a ranking",
    "cx_feedback/surveys/random_order.js": "answers in random order",
    "cx_feedback/surveys/pick_limits.js": "a question with at least or at most so many answers",
    "cx_feedback/surveys/polls.js": "a poll",
    "cx_feedback/surveys/polls.css": "a poll",
    "cx_feedback/surveys/hidden_fields.js": "hidden fields",
    "cx_feedback/surveys/partials.js": "a survey whose answered pages are kept",
    "cx_feedback/surveys/preview.js": "a preview",
}


@pytest.fixture
def loaded(article):
    """The static files that an article with a survey and NPS, in blocks and slid in, loads."""
    stream = [
        raw("choice", shuffle=False),
        {"type": "page_break", "id": "next", "value": {"label": "More"}},
        raw("matrix", shuffle=False),
    ]
    survey = services.publish_survey(survey=Survey(title="In the text", questions=stream))
    widget = services.publish_survey(survey=NPSWidget(title="Widget"))
    slides = {"placement": "end", "shown_without_block": True}
    services.publish_survey(survey=Survey(title="Slides in", questions=stream, **slides))
    services.publish_survey(survey=NPSWidget(title="Slides in too", **slides))
    blocks = [("survey", {"survey": survey.pk}), ("nps", {"widget": widget.pk})]

    def render(*chosen):
        article.body = json.dumps([{"type": kind, "value": value} for kind, value in chosen])
        page = ArticlePage.objects.get(pk=article.pk)
        page.body = article.body
        return PAGE.render(Context({"page": page}))

    html = render(blocks[0]) + render(blocks[1])
    assert html.count("<section") == 4  # both blocks, and what slides in beside the survey
    return follow(set(LINKED.findall(html)))


@pytest.mark.django_db
def test_scripts_and_styles_stay_small(loaded):
    core = {name for name in loaded if name.startswith("cx_feedback/core/")}
    asking = loaded - core
    # What asks by itself is loaded only where something does.
    slides_in = {name for name in asking if re.search("slide_in|frequency_capping", name)}
    shown = ("surveys.js", "surveys.css", "slide_in.js", "slide_in.css", "frequency_capping.js")
    for name in shown:
        assert f"cx_feedback/surveys/{name}" in asking
    assert {"cx_feedback/nps/starts_and_sharing.js", "cx_feedback/nps/nps.css"} <= asking
    assert {"cx_feedback/core/core.js", "cx_feedback/core/core.css"} <= core
    weighed = {"surveys and nps": asking, "in the text": asking - slides_in, "core": core}
    for room, names in weighed.items():
        sizes = weigh(names)
        assert sum(sizes.values()) <= MOST[room], (room, sizes)


@pytest.mark.django_db
def test_what_a_type_or_widget_needs_is_loaded_only_where_it_is(loaded):
    """Each file of a reader's page is in the figure, or in the list of what waits."""
    assert not loaded & ONLY_WHERE_IT_IS.keys()
    later = follow(loaded, LATER) - loaded
    assert "cx_feedback/surveys/ranking.js" in later
    admin = set()
    for room in ("surveys", "nps"):
        for path in (ROOT / room / "static" / "cx_feedback" / room).iterdir():
            name = f"cx_feedback/{room}/{path.name}"
            if path.suffix in (".js", ".css") and name not in loaded | ONLY_WHERE_IT_IS.keys():
                admin.add(name)
    readers = [
        template.read_text()
        for room in ("surveys", "nps")
        for template in (ROOT / room / "templates").glob("**/*.html")
        if "admin" not in template.parts
    ]
    assert not [name for name in admin if any(f"'{name}'" in text for text in readers)]
    assert all(find_file(name).exists() for name in ONLY_WHERE_IT_IS)


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
    imported = follow({name for name in linked if name.endswith(".js")})
    imported |= follow(imported, LATER)
    assert [name for name in imported if not find_file(name).exists()] == []
