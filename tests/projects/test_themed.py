"""A site's own templates in place of ours, wherever comments are shown."""

import re

import pytest

from cx_feedback.comments.models import Comment, Policy, Rule, State
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN
from tests.projects.themed import settings as themed

pytestmark = pytest.mark.django_db
PAGES = "/feedback/comments/"
OURS, THEIRS = 'class="cx-comment-header"', 'class="themed-line"'


@pytest.fixture
def theme(settings):
    """A function that gives the site its own templates."""

    def theme():
        settings.TEMPLATES = themed.TEMPLATES

    return theme


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_sites_own_comment_is_on_the_article_with_its_replies(client, talk, write, theme):  # noqa: F811
    theme()
    first = write("First words", state="published")
    reply = write("A reply", parent=first, name="Bea", state="published")
    html = read(client, talk.url)
    assert OURS not in html
    shown, _template, _rest = html.partition("<template")
    assert shown.count(THEIRS) == 2
    inner = shown.partition(f'id="cx-comment-{first.pk}"')[2].partition('class="cx-replies"')[2]
    assert f'id="cx-comment-{reply.pk}"' in inner
    assert '<b class="cx-author">Bea</b>' in inner


def test_a_sites_own_comment_is_on_the_pages_that_the_script_fetches(client, talk, write, theme):  # noqa: F811
    theme()
    first = write("First words", state="published")
    write("A reply", parent=first, state="published")
    for path in (f"page/{talk.pk}/?order=oldest", f"{first.pk}/"):
        html = read(client, PAGES + path)
        assert html.count(THEIRS) == 2, path
        assert OURS not in html


def test_a_sites_own_comment_is_shown_after_posting(client, talk, theme):  # noqa: F811
    theme()
    Policy.objects.create(page=talk, rule=Rule.OPEN)
    form = {"page": talk.pk, "name": "Ana", "text": "What I think of it", "seconds": "30"}
    posted = client.post(f"{PAGES}post/", form, **OWN)
    comment = Comment.objects.get()
    assert posted.status_code == 303
    assert comment.state == State.PUBLISHED
    assert posted["Location"].endswith(f"#cx-comment-{comment.pk}")
    assert THEIRS in read(client, posted["Location"]).partition("<template")[0]


def test_the_script_gets_a_copy_of_the_sites_own_comment(client, talk, theme):  # noqa: F811
    theme()
    blank = re.search(
        r"<template data-cx-blank>(.*?)</template>", read(client, talk.url), re.DOTALL
    )
    assert THEIRS in blank[1]
    assert 'id="cx-comment-"' in blank[1]


def test_another_template_is_shown_at_once(client, talk, write, theme):  # noqa: F811
    write("First words", state="published")
    assert OURS in read(client, talk.url)
    assert OURS in read(client, talk.url)  # from the cache
    theme()
    html = read(client, talk.url)
    assert OURS not in html
    assert THEIRS in html
