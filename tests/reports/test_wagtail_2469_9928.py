"""wagtail#2469, wagtail#9928: nested blocks, and ``{{ page.body }}``, are given no page.

A comment form below such a page refused whatever was written, and answers stored no page.
"""

import re
from threading import Thread

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.template.response import TemplateResponse
from django.test import RequestFactory
from wagtail import blocks
from wagtail.documents import get_document_model

from cx_feedback.comments.blocks import CommentsBlock
from cx_feedback.comments.models import Comment
from cx_feedback.core.pages import served_page
from cx_feedback.newsletter.blocks import SubscribeBlock
from cx_feedback.newsletter.guides.blocks import GuideBlock
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.nps.blocks import NPSBlock
from cx_feedback.surveys.blocks import SurveyBlock
from cx_feedback.surveys.models import Response, Survey
from tests.conftest import OWN
from tests.pages import make_survey, make_widget
from tests.site.models import ArticlePage
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db
ADDRESS = "/en/an-article/"


#: Ways in which blocks of a site hold ours, none of which has a template.
WAYS = {
    "stream": lambda kind: [kind],
    "struct": lambda kind: [{"type": f"struct_{kind['type']}", "value": {"it": kind["value"]}}],
    "list": lambda kind: [
        {
            "type": f"list_{kind['type']}",
            "value": [{"type": "item", "id": "a", "value": kind["value"]}],
        }
    ],
    "list of structs": lambda kind: [
        {
            "type": f"structs_{kind['type']}",
            "value": [{"type": "item", "id": "a", "value": {"it": kind["value"]}}],
        }
    ],
    "struct with a stream": lambda kind: [{"type": "column", "value": {"body": [kind]}}],
}


def body_block():
    """Return blocks of a site's own that hold ours, and rich text beside them."""
    ours = {
        "survey": SurveyBlock(),
        "nps": NPSBlock(),
        "comments": CommentsBlock(),
        "subscribe": SubscribeBlock(),
        "guide": GuideBlock(),
    }
    found = [("text", blocks.RichTextBlock()), *ours.items()]
    for name, block in ours.items():
        held = blocks.StructBlock([("text", blocks.RichTextBlock(required=False)), ("it", block)])
        found += [
            (f"struct_{name}", held),
            (f"list_{name}", blocks.ListBlock(block)),
            (f"structs_{name}", blocks.ListBlock(held)),
        ]
    column = blocks.StructBlock([("body", blocks.StreamBlock(list(ours.items())))])
    return blocks.StreamBlock([*found, ("column", column)])


@pytest.fixture
def place(article, monkeypatch):
    """Return a function that publishes a page which writes ``{{ page.body }}``."""
    field = ArticlePage._meta.get_field("body")
    monkeypatch.setitem(field.__dict__, "stream_block", body_block())
    monkeypatch.setattr(ArticlePage, "template", "tests_site/article_without_context.html")

    def place(way, kind, value, page=article):
        raw = [{"type": "text", "value": "<p>Some <b>words</b></p>"}]
        raw += WAYS[way]({"type": kind, "value": value})
        page.body = field.stream_block.to_python(raw)
        page.save_revision().publish()
        return page

    return place


def form_in(html, action):
    """Return address and fields of the form whose address holds ``action``."""
    [(address, inside)] = re.findall(
        rf'<form[^>]*action="([^"]*{action}[^"]*)"[^>]*>(.*?)</form>', html, re.S
    )[:1]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside)
    return address, dict(hidden)


def send(client, action, **fields):
    address, hidden = form_in(client.get(ADDRESS).content.decode(), action)
    return client.post(address, {**hidden, **fields}, **OWN)


@pytest.mark.parametrize("way", WAYS)
def test_a_comment_is_taken(client, place, way):
    page = place(way, "comments", {"heading": "", "order": "newest"})
    answer = send(client, "comments", name="Ana", text="Hello")
    assert answer.status_code == 303
    assert Comment.objects.get().thread.page_id == page.pk


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_stores_its_page(client, place, way):
    survey = make_survey()
    Survey.objects.update(open_by_address=False)
    page = place(way, "survey", {"survey": survey.pk})
    answer = send(client, "surveys", **{"answers.q-choice": GOOD})
    assert answer.status_code == 303
    assert Response.objects.get().page_id == page.pk


@pytest.mark.parametrize("way", WAYS)
def test_a_score_stores_its_page(client, place, way):
    widget = make_widget()
    Survey.objects.update(open_by_address=False)
    page = place(way, "nps", {"widget": widget.pk})
    assert send(client, "nps", **{"answers.score": "9"}).status_code == 303
    assert Response.objects.get().page_id == page.pk


@pytest.mark.parametrize("way", WAYS)
def test_a_subscription_stores_its_page(client, place, way):
    MailingList.objects.create(name="Weekly")
    page = place(way, "subscribe", {"heading": "", "text": ""})
    assert send(client, "newsletter", email="ana@example.org").status_code == 303
    assert Subscription.objects.get().consent_page_id == page.pk


@pytest.mark.parametrize("way", WAYS)
def test_a_guide_leads_back_to_its_page(client, place, way):
    guide = get_document_model()(title="The guide")
    guide.file.save("guide.pdf", ContentFile(b"%PDF-"))
    place(way, "guide", {"document": guide.pk, "heading": "", "text": ""})
    answer = send(client, "guide", email="ana@example.org")
    assert answer.status_code == 303
    assert ADDRESS in answer["Location"]


TAGS = (
    "{% load cx_feedback_comments cx_feedback_newsletter cx_feedback_surveys cx_feedback_nps %}"
    "{% load cx_feedback_readers %}{% cx_comments %}{% cx_comments_head %}{% cx_subscribe %}"
    "{% cx_survey survey %}{% cx_nps widget %}{% cx_consent %}"
)


def test_template_tags_know_the_page_as_well(article):
    MailingList.objects.create(name="Weekly")
    context = Context({"survey": make_survey(), "widget": make_widget(), "page": object()})
    with served_page.note_served_page(served_page.ServedPage(article)):
        html = Template(TAGS).render(context)
    assert html.count(f'name="page" value="{article.pk}"') >= 5
    assert f"/feedback/comments/pages/{article.pk}" in html or f"{article.pk}/rss" in html


def test_without_a_page_readers_see_nothing_and_developers_why(settings):
    block = CommentsBlock()
    value = block.to_python({"heading": "", "order": "newest"})
    assert block.render(value).strip() == ""
    assert (
        Template("{% load cx_feedback_comments %}{% cx_comments %}").render(Context()).strip() == ""
    )
    settings.DEBUG = True
    assert re.search(r"<!-- cx_feedback: No comments: .* -->", block.render(value))


def test_a_preview_says_why_there_are_no_comments(place):
    block = CommentsBlock()
    value = block.to_python({"heading": "", "order": "newest"})
    with served_page.note_served_page(served_page.ServedPage(None, is_preview=True)):
        assert "comments belong to a page" in block.render(value)
    request = RequestFactory().get("/")
    request.is_preview = True
    assert "comments belong to a page" in block.render(value, {"request": request})
    assert "<form" in str(block.get_preview_context(value)["cx_section"])


def test_a_page_preview_knows_its_page(place, article):
    page = place("list", "comments", {"heading": "", "order": "newest"})
    response = page.make_preview_request()
    assert f'name="page" value="{page.pk}"' in response.content.decode()
    assert served_page.get_served() is None


def test_the_preview_of_a_survey_sends_nothing(place):
    page = place("list", "survey", {"survey": make_survey().pk})
    html = page.make_preview_request().content.decode()
    assert "q-choice" in html
    assert "<form" not in html or 'action="/feedback/surveys' not in html


def test_the_page_is_forgotten_with_the_response(client, place):
    place("list", "comments", {"heading": "", "order": "newest"})
    client.get(ADDRESS)
    assert served_page.get_served() is None


def test_what_is_served_within_a_page_leaves_the_page_its_place(article, home):
    other = home.add_child(instance=ArticlePage(title="Other", slug="other"))
    request = RequestFactory().get("/")
    seen = []

    def noted(how):
        def serve(page, request, args, kwargs):
            seen.append(served_page.get_served().page)
            return how(request)

        return served_page.note_page_while_serving(serve)

    def broken(request):
        raise LookupError

    lazy = noted(lambda r: TemplateResponse(r, "tests_site/article_without_context.html", {}))

    def around(request):
        noted(lambda r: HttpResponse("immediately"))(other, request, (), {})
        assert served_page.get_served().page == article
        with pytest.raises(LookupError):
            noted(broken)(other, request, (), {})
        assert served_page.get_served().page == article
        later = lazy(other, request, (), {})
        assert served_page.get_served().page == other
        later.render()
        assert served_page.get_served().page == article
        return HttpResponse("around")

    noted(around)(article, request, (), {})
    assert seen == [article, other, other, other]
    assert served_page.get_served() is None
    noted(lambda r: StreamingHttpResponse(iter([])))(article, request, (), {})
    assert served_page.get_served().page == article
    served_page._clear_served_page()


def test_the_request_is_known_as_well(article):
    request, other = RequestFactory().get("/"), RequestFactory().get("/other/")
    with served_page.note_served_page(served_page.ServedPage(article, request)):
        assert served_page.get_request(None) is request
        assert served_page.get_request({"request": other}) is other
    assert served_page.get_request({}) is None


def test_threads_do_not_see_one_anothers_pages(article):
    found = []
    with served_page.note_served_page(served_page.ServedPage(article)):
        other = Thread(target=lambda: found.append(served_page.get_served()))
        other.start()
        other.join()
    assert found == [None]
