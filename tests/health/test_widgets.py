"""Each widget is rendered, sent and taken back; what a site can break is named and mended."""

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings
from cx_feedback.core.health import page_search
from cx_feedback.core.health.registry import get_widgets
from cx_feedback.core.health.widget_trials import WidgetTrial
from cx_feedback.newsletter.models import MailingList
from tests.health.conftest import codes, only
from tests.pages import make_survey, make_widget, publish
from tests.rows import count_rows
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
WIDGETS = {widget.name: widget for widget in get_widgets()}
NAMES = ["survey", "nps", "comments", "subscribe", "letter"]


def examine(name):
    return list(WidgetTrial(WIDGETS[name]).examine())


def count_all():
    """Return the number of rows of every table."""
    models = apps.get_models(include_auto_created=True)
    return count_rows(m for m in models if m._meta.managed and not m._meta.proxy)


def build_blocks():
    friday = MailingList.objects.create(name="Friday letter")
    return {
        "survey": ("survey", {"survey": make_survey().pk}),
        "nps": ("nps", {"widget": make_widget().pk}),
        "comments": ("comments", {}),
        "subscribe": ("subscribe", {"mailing_list": friday.pk}),
        "letter": ("letter", {}),
    }


@pytest.fixture
def blocks(home):
    return build_blocks()


@pytest.fixture
def full_article(article, blocks):
    return publish(article, *blocks.values())


def use_template(monkeypatch, text):
    """Let all pages have this template."""
    template = engines["django"].from_string(text)
    monkeypatch.setattr(ArticlePage, "get_template", lambda self, request, *a, **k: template)


def test_every_widget_of_the_package_is_examined():
    assert list(WIDGETS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_healthy_page(full_article, name, django_capture_on_commit_callbacks):
    before = count_all()
    with django_capture_on_commit_callbacks() as callbacks:
        assert examine(name) == []
    assert count_all() == before
    assert callbacks == []
    assert mail.outbox == []


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_really_stored_meanwhile(full_article, name, monkeypatch):
    counts = []
    count = WidgetTrial._count_rows
    monkeypatch.setattr(
        WidgetTrial, "_count_rows", lambda self: counts.append(count(self)) or counts[-1]
    )
    assert examine(name) == []
    assert counts == [counts[0], counts[0] + 1]


@pytest.mark.parametrize("name", NAMES)
def test_a_block_that_no_page_has_is_put_in_for_the_trial(article, blocks, name):
    publish(article, ("text", "Nothing else."))
    assert examine(name) == []
    article.refresh_from_db()
    assert [child.block_type for child in article.body] == ["text"]


def test_the_cache_of_the_site_keeps_nothing(full_article):
    cache.clear()
    for name in NAMES:
        assert examine(name) == []
    assert list(cache._cache) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_page_type_has_the_block(article, blocks, name, monkeypatch):
    publish(article, ("text", "Nothing else."))
    block = ArticlePage._meta.get_field("body").stream_block
    key = blocks[name][0]
    taken = block.child_blocks.pop(key)
    try:
        monkeypatch.setattr(page_search, "uses_tags", lambda tags: False)
        finding = only(examine(name))
        assert (finding.code, finding.level) == ("no-block", "warning")
        line, _comment, imported = finding.line_to_paste.partition("  # ")
        names = {}
        exec(imported, names)
        [(pasted, child)] = eval(f"[{line}]", names)
        assert pasted == key
        assert type(child) is type(taken)
    finally:
        block.child_blocks[key] = taken
    assert examine(name) == []


@pytest.mark.parametrize("name", ["survey", "nps", "subscribe"])
def test_nothing_that_could_be_tried(article, name):
    publish(article, ("text", "Nothing else."))
    finding = only(examine(name))
    assert (finding.code, finding.level) == ("nothing-to-try", "unknown")
    missing = {"survey": "Publish a survey", "nps": "Publish an NPS widget"}
    assert missing.get(name, "Make a mailing list that takes subscriptions") in finding.what


HEAD = "{% load wagtailcore_tags cx_feedback %}<html><head>{% cx_feedback_head %}</head><body>"


@pytest.mark.parametrize("name", NAMES)
def test_a_template_that_shows_the_block_elsewhere(full_article, name, monkeypatch):
    broken = "{% with page=page.get_parent %}{% include_block self.body %}{% endwith %}"
    use_template(monkeypatch, HEAD + broken)
    finding = only(examine(name))
    assert (finding.code, finding.level) == ("other-page", "error")
    use_template(monkeypatch, HEAD + finding.line_to_paste)
    assert examine(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_without_the_field(full_article, name, monkeypatch):
    use_template(monkeypatch, HEAD)
    finding = only(examine(name))
    assert finding.code == "not-shown"
    use_template(monkeypatch, HEAD + finding.line_to_paste)
    assert examine(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_field_without_a_context_is_no_problem(full_article, name, monkeypatch):
    use_template(monkeypatch, HEAD + "{{ page.body }}")
    assert examine(name) == []


def serve_outside_of_wagtail(request, **kwargs):
    """A view of the site that shows its pages itself, without Wagtail's own."""
    shown = ArticlePage.objects.get()
    template = engines["django"].from_string(HEAD + "{{ article.body }}")
    return HttpResponse(template.render({"article": shown}, request))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_wagtail_does_not_serve(full_article, name, settings):
    from types import ModuleType

    from django.urls import path

    from tests.urls import urlpatterns

    urls = ModuleType("urls")
    page_path = full_article.get_url().removeprefix("/")
    urls.urlpatterns = [path(page_path, serve_outside_of_wagtail), *urlpatterns]
    settings.ROOT_URLCONF = urls
    finding = only(examine(name))
    assert finding.code == ("not-shown" if name == "comments" else "other-page")


def test_a_page_without_the_head(full_article, monkeypatch):
    body = "{% load wagtailcore_tags %}<html><head>%s</head>{% include_block page.body %}</html>"
    use_template(monkeypatch, body.replace("%s", ""))
    finding = only(examine("survey"))
    assert (finding.code, finding.level) == ("no-head", "error")
    use_template(monkeypatch, body.replace("%s", finding.line_to_paste))
    assert examine("survey") == []


def test_a_page_that_fails(full_article, monkeypatch, settings):
    settings.ADMINS = [("Ana", "ana@example.org")]
    use_template(monkeypatch, "{% load wagtailcore_tags %}{% include 'missing.html' %}")
    finding = only(examine("survey"))
    assert (finding.code, finding.level) == ("page-failed", "error")
    assert "missing.html" in finding.what
    assert "in django/template/" in finding.what  # and not where the doctor raised it again
    assert mail.outbox == []


def test_static_files_that_were_not_collected(full_article, monkeypatch, settings, tmp_path):
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    use_template(monkeypatch, "{% load static %}{% static 'css/bootstrap.min.css' %}")
    finding = only(examine("survey"))
    assert (finding.code, finding.level) == ("static-not-collected", "error")
    assert "“css/bootstrap.min.css”" in finding.what
    assert finding.line_to_paste == "python manage.py collectstatic --no-input"


def refuse_posts(get_response):
    return lambda request: (
        HttpResponse("No.", status=403) if request.method == "POST" else get_response(request)
    )


def ask_to_log_in(get_response):
    return lambda request: (
        HttpResponseRedirect("/login/") if request.method == "POST" else get_response(request)
    )


def ask_everybody_to_log_in(get_response):
    return lambda request: HttpResponseRedirect("/login/")


def fail_for_json(get_response):
    def answer(request):
        if request.content_type == "application/json":
            raise ValueError("no JSON here")
        return get_response(request)

    return answer


@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        ("refuse_posts", ["refused", "refused"]),
        ("ask_to_log_in", ["redirected", "redirected"]),
        ("ask_everybody_to_log_in", ["page-refused"]),
        ("fail_for_json", ["sending-failed"]),
    ],
)
def test_a_middleware_in_the_way(full_article, settings, middleware, expected):
    settings.MIDDLEWARE = [f"{__name__}.{middleware}", *settings.MIDDLEWARE]
    findings = examine("comments")
    assert codes(findings) == expected
    assert all("Comments" in finding.what for finding in findings)


def test_a_receiver_of_the_site_that_fails(full_article):
    from cx_feedback.core.signals import reader_acted

    def fail(**kwargs):
        raise RuntimeError("the site's own receiver")

    reader_acted.connect(fail)
    try:
        findings = examine("survey")
    finally:
        reader_acted.disconnect(fail)
    assert codes(findings) == ["sending-failed", "sending-failed"]
    assert "the site's own receiver" in findings[0].what
    assert examine("survey") == []


def test_comments_for_accounts_only_cannot_be_tried(full_article):
    site_settings = CommentSettings.for_site(Site.objects.get())
    site_settings.allowed_authors = CommentSettings.AllowedAuthors.ACCOUNTS
    site_settings.save()
    finding = only(examine("comments"))
    assert (finding.code, finding.level) == ("not-tried", "unknown")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_tried_before_the_addresses_are_right(full_article, settings, name):
    from django.urls import path

    from tests.health.test_environment import OURS, WAGTAIL, use_urls

    def serve_nothing(request, rest):
        return HttpResponse("No such page.", status=404)

    for urls in ([WAGTAIL], [path("feedback/<path:rest>", serve_nothing), OURS, WAGTAIL]):
        use_urls(settings, *urls)
        finding = only(examine(name))
        assert (finding.code, finding.level) == ("addresses-first", "unknown")


def test_a_survey_of_several_pages_and_every_type(article):
    from cx_feedback.surveys import services as surveys
    from cx_feedback.surveys.models import Survey
    from tests.surveys.questions.asking import BLOCKS, raw

    questions = []
    for number, kind in enumerate(BLOCKS):
        questions.append(raw(kind, required=True))
        if number % 4 == 3:
            questions.append({"type": "page_break", "id": f"p-{number}", "value": {"title": ""}})
    survey = surveys.publish_survey(survey=Survey(title="Everything", questions=questions))
    publish(article, ("survey", {"survey": survey.pk}))
    assert len(questions) > 17
    assert examine("survey") == []


def test_a_tag_in_a_template_of_the_site():
    assert page_search.uses_tags(["cx_consent"])
    assert not page_search.uses_tags(["cx_no_such_tag"])


@pytest.mark.django_db(transaction=True)
def test_in_a_transaction_of_its_own(article):
    publish(article, *build_blocks().values())
    before = count_all()
    assert [examine(name) for name in NAMES] == [[]] * 5
    assert count_all() == before
    assert connection.in_atomic_block is False
