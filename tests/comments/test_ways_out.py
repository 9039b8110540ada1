"""Ways out to readers: page, REST, feeds, structured data; and what never goes out."""

import json
import re
from xml.etree import ElementTree

import brs_kb.payloads
import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.utils.timezone import localdate
from wagtail.models import PageViewRestriction

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentSettings, PendingPurge, State
from cx_feedback.comments.rendering.comment_items import CommentItemBuilder
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.rendering.thread_tree import Node
from cx_feedback.core.text import text_cleaning
from tests.comments.markup import Markup
from tests.conftest import OWN
from tests.page_weight import follow, weigh

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"
PAGES = "/feedback/comments/"
#: What cards and clean words consist of.
ELEMENTS = {
    "li", "article", "header", "span", "strong", "br", "a", "time", "div", "form", "input", "meta",
    "button", "b", "ol", "ul", "p", "em", "code", "pre", "blockquote", "details", "summary",
}  # fmt: skip
ATTRIBUTES = {
    "class", "id", "itemprop", "itemscope", "itemtype", "href", "rel", "aria-hidden", "datetime",
    "method", "action", "type", "name", "value", "content", "aria-label", "lang", "data-cx-reply",
    "data-cx-inline", "dir", "title",
}  # fmt: skip


def payloads():
    bases = (getattr(brs_kb.payloads, name) for name in dir(brs_kb.payloads))
    found = {
        e.payload
        for base in bases
        if isinstance(base, dict)
        for e in base.values()
        if hasattr(e, "payload")
    }
    return sorted(found)


def refuse_foreign(html):
    """Check that there is nothing in ``html`` but what cards are made of."""
    for tag, attributes in Markup(html).tags:
        assert tag in ELEMENTS, tag
        assert attributes.keys() <= ATTRIBUTES, attributes
        for name in ("href", "action"):
            if name in attributes:
                assert re.match(r"https?://|/feedback/comments/\d+/", attributes[name]), attributes


def test_no_payload_leaves_the_words_and_names_of_cards():
    voted = CommentItemBuilder(language="en")
    reacted = CommentItemBuilder(language="en", reactions=["love", "sad"])
    nodes = []
    assert len(payloads()) > 4000
    for pk, payload in enumerate(payloads()[::5], start=1):
        text, name = (
            text_cleaning.clean_text(payload[:5000]),
            text_cleaning.clean_text(payload, one_line=True)[:80],
        )
        comment = Comment(
            pk=pk,
            author_name=name,
            html=render_markdown(text),
            language="fr",
            state=State.PUBLISHED,
        )
        nodes.append(Node(comment, in_reply_to=name))
    for builder, votes in ((voted, "both"), (reacted, "reactions")):
        shown = {"labels": builder.labels, "votes": votes, "closed": False, "cx_lang": "en"}
        for item in builder.build_items(nodes):
            html = render_to_string("cx_feedback/comments/comment.html", {**shown, "comment": item})
            refuse_foreign(html)


def test_payloads_on_every_way_out(client, talk, write):
    chosen = [p for p in payloads() if len(p) < 2000][::120]
    for payload in chosen:
        if text_cleaning.has_visible_text(text_cleaning.clean_text(payload, one_line=True)[:80]):
            write(
                payload,
                name=text_cleaning.clean_text(payload, one_line=True)[:80].strip(),
                state="published",
            )
    html = client.get(f"{PAGES}page/{talk.pk}/?order=oldest").content.decode()
    refuse_foreign(html.partition("data-cx-published")[2].partition(">")[2].partition("</ol>\n")[0])
    listed = client.get(API, {"page": talk.pk})
    assert listed["Content-Type"] == "application/json"
    for comment in listed.json()["comments"]:
        refuse_foreign(comment["html"])
    for kind in ("rss", "atom"):
        response = client.get(f"{PAGES}page/{talk.pk}/{kind}/")
        words = [
            e.text or ""
            for e in ElementTree.fromstring(response.content).iter()
            if e.tag.rpartition("}")[2] in ("description", "summary")
        ]
        assert len(words) >= len(listed.json()["comments"])
        for each in words[1:]:
            refuse_foreign(each)


def test_structured_data_says_what_the_page_shows(client, talk, write):
    first = write('A "quote" & <b>', name="Ana", state="published")
    write("An answer", name="Eva", parent=first, state="published")
    [article] = Markup(client.get(talk.url).content.decode()).items
    assert article.type == "https://schema.org/Article"
    assert (article.one("headline"), article.one("commentCount")) == ("An article", "2")
    comment = article.one("comment")
    assert comment.type == "https://schema.org/Comment"
    assert comment.one("text") == 'A "quote" & <b>'
    assert comment.one("author").one("name") == "Ana"
    assert comment.one("url") == f"{PAGES}{first.pk}/"
    assert comment.one("upvoteCount") == "0"
    assert comment.one("dateCreated")[:10] == localdate(first.created_at).isoformat()
    assert comment.one("comment").one("text") == "An answer"


def test_feeds_of_page_and_site_hold_public_words_only(client, talk, home, write):
    from tests.site.models import ArticlePage

    write("Seen by all", email="ana@example.org", state="published")
    write("Waits")
    secret = home.add_child(instance=ArticlePage(title="Members", slug="members"))
    write("A secret", page=secret, state="published")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    for kind, path in (("rss", "./channel/item"), ("atom", "./{http://www.w3.org/2005/Atom}entry")):
        for url in (f"{PAGES}page/{talk.pk}/{kind}/", f"{PAGES}feed/{kind}/"):
            response = client.get(url)
            body = response.content.decode()
            assert len(ElementTree.fromstring(body).findall(path)) == 1
            assert ("Seen by all" in body, "secret" in body, "example.org" in body) == (
                True,
                False,
                False,
            )
            assert "Cookie" not in response.get("Vary", "")
        assert client.get(f"{PAGES}page/{secret.pk}/{kind}/").status_code == 404
    assert client.get(f"{PAGES}feed/json/").status_code == 404
    tag = Template("{% load cx_feedback_comments %}{% cx_comments_head %}")
    links = Markup(tag.render(Context({"page": talk}))).tags
    for _name, attributes in links:
        assert client.get(attributes["href"]).status_code == 200
    assert len(links) == 4


def test_one_light_question_tells_of_news(client, talk, write, django_assert_max_num_queries):
    write(state="published")
    html = client.get(talk.url).content.decode()
    version = re.search(r'data-cx-version="(\d+)"', html)[1]
    ask = {"page": talk.pk, "only": "news"}
    assert client.get(API, ask)["ETag"] == f'"{version}"'
    waiting = write("Waits")  # which readers do not see
    with django_assert_max_num_queries(2):
        same = client.get(API, ask, HTTP_IF_NONE_MATCH=f'"{version}"')
    assert (same.status_code, same.content) == (304, b"")
    services.approve_comments(ids=[waiting.pk])
    told = client.get(API, ask, HTTP_IF_NONE_MATCH=f'"{version}"')
    assert (told.status_code, told.json()["published"]) == (200, 2)
    assert "no-store" not in told["Cache-Control"]


@pytest.mark.parametrize("act", ["hide", "pick", "pin", "edit", "delete", "vote", "erase"])
def test_whatever_readers_see_is_rendered_anew(client, talk, write, reader, act):
    CommentSettings.objects.create(site=talk.get_site(), rule="open")
    comment = write("To be seen", state="published", reader=reader)
    html = client.get(talk.url).content.decode()
    client.cookies["cx_reader"] = reader.key.hex
    one = f"{API}{comment.pk}/"
    how = {"content_type": "application/json", **OWN}
    {
        "hide": lambda: services.hide_comments(ids=[comment.pk]),
        "pick": lambda: services.highlight_comments("pick", ids=[comment.pk]),
        "pin": lambda: services.highlight_comments("pin", ids=[comment.pk]),
        "edit": lambda: client.patch(one, json.dumps({"text": "Other"}), **how),
        "delete": lambda: client.delete(one, **OWN),
        "vote": lambda: Client().post(f"{one}votes/", json.dumps({"value": 1}), **how),
        "erase": lambda: services.erase_comments(reader_ids=[reader.pk]),
    }[act]()
    assert client.get(talk.url).content.decode() != html


def test_caches_in_front_are_purged_once_it_is_committed(
    talk, write, purged, django_capture_on_commit_callbacks
):
    comment = write()
    with django_capture_on_commit_callbacks(execute=True):
        services.approve_comments(ids=[comment.pk])
        assert purged == []
    assert purged == [talk.full_url]
    assert not PendingPurge.objects.exists()


@pytest.mark.parametrize(("kind", "limit"), [("js", 8 * 1024), ("css", 4 * 1024)])
def test_scripts_and_styles_are_small(kind, limit):
    """What a page with comments alone loads, core's and all imports included."""
    names = follow({f"cx_feedback/core/core.{kind}", f"cx_feedback/comments/comments.{kind}"})
    assert sum(weigh(names).values()) <= limit, weigh(names)


def test_words_of_any_direction_are_read_in_theirs(client, talk, write):
    write("هذا تعليق", name="محمد", state="published")
    tags = Markup(client.get(talk.url).content.decode()).tags
    found = [given for _tag, given in tags if given.get("dir") == "auto"]
    assert [given.get("itemprop") or given["name"] for given in found] == ["text", "name", "text"]


def test_permalinks_show_a_reply_wherever_it_stands(client, talk, write, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_REPLIES_SHOWN": 1}
    root = write("Root", name="Ana", state="published")
    answers = [write(parent=root, state="published") for _ in range(3)]
    below = write("Below the last", parent=answers[-1], state="published")
    html = client.get(f"{PAGES}{answers[-1].pk}/?lang=en").content.decode()
    shown = [int(pk) for pk in re.findall(r'id="cx-comment-(\d+)"', html)]
    assert shown == [answers[-1].pk, below.pk]
    link = rf'href="{PAGES}{root.pk}/\?lang=en">\s*↑\s+in reply to Ana'
    assert re.search(link, html)


def test_a_page_links_only_what_its_blocks_use(client, talk):
    html = client.get(talk.url).content.decode()
    linked = set(re.findall(r'(?:href|src)="/static/cx_feedback/([\w./]+)"', html))
    assert linked == {
        "core/core.css", "core/core.js", "comments/comments.css", "comments/comments.js",
        "readers/readers.js",  # the template of the page asks for consent
    }  # fmt: skip
    assert "<style" not in html  # nothing that a Content-Security-Policy would refuse
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)", html)
