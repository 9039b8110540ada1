"""Writing a comment: its preview, the name that the browser remembers, leaving a reply."""

import pytest
from playwright.sync_api import expect

from cx_feedback.comments.models import Comment
from tests.browser.conftest import FORBID_STORAGE
from tests.browser.test_comments import SEND, visit  # noqa: F401
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PREVIEW = "#cx-comment-form [name=preview]"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_preview_shows_the_text_above_the_form(visit, javascript):  # noqa: F811
    page = visit(javascript=javascript)
    page.fill("[name=text]", "A **bold** word")
    if javascript:
        expect(page.locator("[data-cx-remember]")).to_be_visible()
    here = page.url
    page.click(PREVIEW)
    expect(page.locator(".cx-preview strong")).to_have_text("bold")
    expect(page.locator("[name=text]")).to_have_value("A **bold** word")
    assert (page.url == here) is javascript
    assert not Comment.objects.exists()
    page.fill("[name=name]", "Ana")
    if javascript:
        expect(page.locator(".cx-preview")).to_have_count(0)  # it would be of other words
        page.fill("[name=text]", " ")
        page.click(PREVIEW)
        expect(page.locator(".cx-preview")).to_have_text("Write your comment first.")
        page.fill("[name=text]", "A **bold** word")
    page.click(SEND)
    expect(page.locator("#cx-comment-thanks")).to_be_visible()
    assert Comment.objects.get().text == "A **bold** word"


def test_a_preview_before_its_script_is_there_is_a_page_and_no_comment(visit):  # noqa: F811
    page = visit()
    page.route("**/writing.js", lambda route: route.abort())
    page.fill("[name=text]", "*Soon*")
    page.click(PREVIEW)
    expect(page.locator("h1")).to_have_text("Preview of your comment")
    assert not Comment.objects.exists()


def test_the_browser_remembers_the_name_if_its_reader_wishes_so(open_reader, talk):  # noqa: F811
    page = open_reader()
    page.goto(talk.url)
    page.fill("[name=text]", "One")
    page.fill("[name=name]", "Ana")
    page.fill("[name=email]", "ana@example.org")
    page.click(SEND)
    expect(page.locator("#cx-comment-thanks")).to_be_visible()
    assert page.evaluate("localStorage['cx-name']") is None
    page.reload()
    page.click("[name=text]")
    expect(page.locator("[name=name]")).to_have_value("")
    page.fill("[name=text]", "Two")
    page.fill("[name=name]", "Ana")
    page.fill("[name=email]", "ana@example.org")
    page.get_by_label("Remember my name").check()
    assert page.evaluate("localStorage['cx-name']") is None
    page.click(SEND)
    expect(page.locator("#cx-comment-thanks")).to_be_visible()
    page.reload()
    page.click("[name=text]")
    expect(page.locator("[name=name]")).to_have_value("Ana")
    expect(page.locator("[name=email]")).to_have_value("ana@example.org")
    expect(page.get_by_label("Remember my name")).to_be_checked()
    # "Forget me" clears it, as does the box itself.
    kept = page.evaluate("localStorage['cx-name']")
    page.evaluate("document.cookie = 'cx_forget=1; path=/'")
    page.reload()
    page.wait_for_function("localStorage['cx-name'] === undefined")
    page.evaluate("(kept) => { localStorage['cx-name'] = kept; }", kept)
    page.reload()
    page.click("[name=text]")
    expect(page.get_by_label("Remember my name")).to_be_checked()
    page.get_by_label("Remember my name").uncheck()
    assert page.evaluate("localStorage['cx-name']") is None


def test_without_storage_nothing_is_remembered_and_all_is_sent(open_reader, talk):  # noqa: F811
    page = open_reader()
    page.add_init_script(FORBID_STORAGE)
    page.goto(talk.url)
    page.fill("[name=text]", "One")
    page.fill("[name=name]", "Ana")
    page.get_by_label("Remember my name").check()
    page.click(SEND)
    expect(page.locator("#cx-comment-thanks")).to_be_visible()


def test_escape_leaves_a_reply_with_its_words(visit, write):  # noqa: F811
    first = write("First", name="Eva", state="published")
    page = visit()
    page.click(".cx-reply")
    expect(page.locator("[data-cx-answering]")).to_be_visible()
    expect(page.locator("[data-cx-remember]")).to_be_visible()
    page.keyboard.type("Mine")
    page.keyboard.press("Escape")
    expect(page.locator("[data-cx-answering]")).to_be_hidden()
    expect(page.locator(f"#cx-comment-{first.pk} form.cx-comment-form")).to_have_count(0)
    expect(page.locator("[name=text]")).to_have_value("Mine")
    expect(page.locator(".cx-reply")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_long_comment_folds_and_its_words_are_found(visit, write, settings, javascript):  # noqa: F811
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_LENGTH": 20_000}
    text = "\n".join(f"line {n}" for n in range(1900)) + "\n\n[last](https://a.example/)"
    long = write(text, state="published")
    page = visit(javascript=javascript)
    shown = page.locator(f"#cx-comment-{long.pk}")
    whole = 1900 * 12

    def height():
        return shown.bounding_box()["height"]

    assert height() < 900
    link = shown.get_by_role("link", name="last")  # in the tree of who listens
    expect(link).to_have_count(1)
    summary = shown.locator(".cx-fold summary")
    expect(summary).to_have_text("Show the whole comment", use_inner_text=True)
    summary.focus()
    page.keyboard.press("Enter")
    expect(summary).to_have_text("Show less of the comment", use_inner_text=True)
    assert height() > whole
    page.keyboard.press("Enter")
    assert height() < 900


def test_marks_cannot_cover_what_stands_around_a_comment(visit, write):  # noqa: F811
    marked = write("a", state="published")
    marks = "\u0301" * 30
    html = f"<p>T{marks}all</p>"
    Comment.objects.filter(pk=marked.pk).update(html=html, author_name=f"N{marks}ame")
    page = visit()
    for part in (".cx-comment-text", ".cx-author"):
        found = page.locator(f"#cx-comment-{marked.pk} {part}")
        assert found.evaluate("(e) => getComputedStyle(e).overflowY") == "clip"
        assert found.bounding_box()["height"] < 60


@pytest.mark.parametrize("javascript", [True, False])
def test_an_edit_has_a_preview(visit, write, javascript):  # noqa: F811
    page = visit(javascript=javascript)
    page.fill("[name=text]", "First words")
    page.fill("[name=name]", "Ana")
    page.click(SEND)
    if javascript:
        page.click("[data-cx-mine] >> nth=0")
    else:
        page.goto(f"/feedback/comments/{Comment.objects.get().pk}/edit/?lang=en")
    text, shown = page.locator("#cx-edit-text"), page.locator(".cx-preview")
    text.fill("Second **words**")
    page.click("#cx-edit [name=preview]")
    expect(shown.locator("strong")).to_have_text("words")
    expect(text).to_have_value("Second **words**")
    assert Comment.objects.get().text == "First words"
    if javascript:
        text.fill(" ")
        expect(shown).to_have_count(0)
        page.click("#cx-edit [name=preview]")
        expect(shown).to_have_text("Write your comment first.")
        text.fill("Second **words**")
    page.click("#cx-edit button:not([name=preview])")
    expect(page.locator("#cx-edit")).to_have_count(0)
    assert Comment.objects.get().text == "Second **words**"
