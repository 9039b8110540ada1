"""The templates of comments, what they are given, and the cache in front of them."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cx_feedback.comments import selectors, services
from cx_feedback.comments.models import Comment, CommentSettings, State
from cx_feedback.comments.rendering import template_digest, thread_renderer
from cx_feedback.comments.rendering.comment_items import CommentItem, CommentItemBuilder
from cx_feedback.comments.rendering.thread_tree import Node
from tests.comments.markup import Markup

pytestmark = pytest.mark.django_db
PAGES = "/feedback/comments/"


def render(page):
    """Return the section of ``page`` and the queries that it took."""
    with CaptureQueriesContext(connection) as captured:
        html = thread_renderer.render_section(page)
    return html, len(captured)


def key(page):
    return thread_renderer._get_cache_key(thread_renderer.get_page_thread(page))


def test_a_thread_is_rendered_once_for_each_version(talk, write, monkeypatch):
    first = write("First words", state="published")
    render(talk)
    html, queries = render(talk)
    assert queries == 1  # the thread and its version
    monkeypatch.setattr(thread_renderer, "render_to_string", None)
    assert render(talk)[0] == html
    monkeypatch.undo()
    services.approve_comments(ids=[write("More words").pk])
    renewed, _queries = render(talk)
    assert f'id="cx-comment-{first.pk}"' in renewed
    assert "More words" in renewed


def test_a_cold_thread_costs_no_query_for_each_comment(talk, write):
    def count():
        cache.clear()
        render(talk)
        cache.clear()
        return render(talk)[1]

    roots = [write(state="published")]
    write(parent=roots[0], state="published")
    few = count()
    for _ in range(5):
        roots.append(write(state="published"))
        write(parent=roots[-1], name="Bea", state="published")
    assert count() == few <= 10


def test_the_key_changes_with_all_that_a_thread_is_rendered_by(talk, write, settings):
    write(state="published")
    keys = {key(talk)}

    def expect_another():
        known = len(keys)
        keys.add(key(talk))
        assert len(keys) == known + 1

    with translation.override("es"):
        expect_another()
    site = CommentSettings.for_site(talk.get_site())
    for votes, reactions in (("both", []), ("reactions", ["love"]), ("reactions", ["sad", "idea"])):
        site.votes, site.reactions = votes, reactions
        site.save()
        expect_another()
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_PROOF_DAYS": 5}
    expect_another()
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_SHOWN": 7}
    expect_another()
    services.set_thread_closed(page_id=talk.pk, closed=True)
    expect_another()


@pytest.mark.parametrize("name", template_digest.TEMPLATES)
def test_the_key_changes_with_each_template(name, talk, tmp_path, settings):
    before = key(talk)
    own = tmp_path / name
    own.parent.mkdir(parents=True)
    own.write_text(get_template(name).template.source + "<!-- ours -->")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert key(talk) != before
    assert "<!-- ours -->" in get_template(name).template.source


def test_the_digest_covers_all_that_a_thread_includes():
    included, found = {"cx_feedback/comments/thread.html"}, set()
    while included - found:
        name = (included - found).pop()
        found.add(name)
        included |= set(re.findall(r'{% include "([^"]+)"', get_template(name).template.source))
    assert found == set(template_digest.TEMPLATES)


def test_no_template_of_a_comment_can_show_an_address(talk, write):
    write(email="ana@example.org", state="published")
    page_thread = thread_renderer.get_page_thread(talk)
    part = selectors.get_thread_part(thread=page_thread.thread)
    [item] = thread_renderer.get_thread_context(page_thread, part)["comments"]
    assert isinstance(item, CommentItem)
    assert not any("ana@example.org" in str(value) for value in vars_of(item))
    assert not any(isinstance(value, Comment) for value in vars_of(item))


def vars_of(item):
    return [getattr(item, name) for name in CommentItem.__slots__]


def test_names_are_escaped_wherever_they_stand(client, talk, write):
    name = '<b>"O\'Hara" & {{ comment.url }} %(n)s'
    first = write(name=name, state="published")
    write(parent=first, state="published")
    CommentSettings.objects.update_or_create(site=talk.get_site(), defaults={"votes": "both"})
    html = client.get(talk.url).content.decode()
    assert "<b>&quot;" not in html
    assert '<b>"' not in html
    shown = html.partition("data-cx-thread")[2].partition("<template")[0]
    assert shown.count("&lt;b&gt;&quot;O&#x27;Hara&quot; &amp; {{ comment.url }} %(n)s") == 5
    labels = [given.get("aria-label", "") for _tag, given in Markup(html).tags]
    assert f"Vote for the comment of {name}, votes so far: 0" in labels


def test_numbers_are_not_grouped_on_the_pages_of_a_thread(client, talk, write, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    first = write(state="published")
    Comment.objects.filter(pk=first.pk).update(up=1234)
    CommentSettings.objects.update_or_create(site=talk.get_site(), defaults={"votes": "up"})
    for path in (talk.url, f"{PAGES}page/{talk.pk}/", f"{PAGES}{first.pk}/"):
        html = client.get(path).content.decode()
        assert "<b>1234</b>" in html, path
        assert "1,234" not in html, path


def test_the_words_of_folds_are_in_the_language_of_the_page():
    with translation.override("es"):
        labels = CommentItemBuilder(language="es").labels
    assert (labels.unfold, labels.fold) == (
        "Mostrar el comentario entero",
        "Mostrar menos del comentario",
    )


def test_a_removed_comment_has_nothing_but_its_place_and_replies():
    removed = Comment(pk=1, author_name="Ana", html="<p>Gone</p>", state=State.TOMBSTONE)
    [item] = CommentItemBuilder(language="en").build_items([Node(removed, more=2)])
    assert (item.pk, item.gone, item.more) == (1, True, "2 more replies")
    assert (item.name, item.html, item.date, item.of_name) == ("", "", "", "")
