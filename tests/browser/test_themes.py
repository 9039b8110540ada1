"""The widgets within other people's sites: readable in light and dark, the same in all of them."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys
from tests.browser.conftest import DESKTOP, PHONE
from tests.comments.conftest import talk, write  # noqa: F401
from tests.pages import publish
from tests.themes import gallery, packages
from tests.themes.sites import BY_CLASS, GRAYS, STAYS, THEMES, Mode, Theme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CX_SHOTS")
ROOT = Path(__file__).resolve().parents[2] / "cx_feedback"
#: In the order in which pages link them: what a block brings itself stands in the body.
SHEETS = ("core", "comments", "newsletter", "surveys", "nps")
MEASURE = Path(gallery.__file__).with_name("measure.js").read_text()
STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"
#: A reader's documents, the same for all tests of a run.
_collected: dict[str, str] = {}
#: The widgets' looks on a page without a theme, by the width of the window.
_plain: dict[int, list] = {}


def css_of(room):
    return (ROOT / room / "static/cx_feedback" / room / f"{room}.css").read_text()


@pytest.fixture(scope="session")
def sheets(tmp_path_factory):
    """The style sheet of each theme; without npm there is none of other people's."""
    found = {theme.name: theme.own for theme in THEMES}
    if packages.npm():
        folder = tmp_path_factory.mktemp("themes")
        tarballs = packages.fetch(folder)
        for theme in THEMES:
            if theme.package:
                theirs = packages.read_css(tarballs[theme.package], theme.file)
                found[theme.name] = f"{theirs}\n{theme.own}"
    return found


@pytest.fixture
def documents(client, talk, write, settings, tmp_path):  # noqa: F811
    if not _collected:
        settings.MEDIA_ROOT = tmp_path
        _collected.update(gallery.collect(client, talk, write))
    return _collected


@pytest.fixture(scope="module")
def window(chromium):
    context = chromium.new_context(viewport=DESKTOP)
    yield context.new_page()
    context.close()


@pytest.fixture
def show(window, sheets, documents):
    """A function that opens the gallery within a theme; it is laid out anew for another theme."""
    ours = "\n".join(map(css_of, SHEETS))

    def show(theme: Theme, mode: Mode):
        if theme.package and not packages.npm():
            pytest.skip("npm, which brings the themes' style sheets, is not installed")
        window.emulate_media(color_scheme=mode.system, reduced_motion="reduce")
        if window.evaluate("document.body.dataset.within") != theme.name:
            # The theme comes last: the widgets' looks must not hang on the order of the links.
            styles = "".join(f"<style>{css}</style>" for css in (ours, sheets[theme.name], STILL))
            window.set_content(
                f'<!doctype html><html lang="en"><head>{styles}</head>'
                f'<body class="{theme.body}" data-within="{theme.name}">'
                '<main class="container"></main></body></html>'
            )
            window.evaluate(MEASURE)
            window.evaluate("documents => build(documents)", documents)
        window.evaluate("attributes => dress(attributes)", mode.html)
        return window

    return show


def shoot(page, name):
    if SHOTS:
        name = re.sub(r"\W+", "-", name)
        page.screenshot(path=f"{SHOTS}/{name}-{page.viewport_size['width']}.png", full_page=True)


# By module, so that what is laid out once serves both tests.
in_all_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name, scope="module")


@in_all_themes
def test_widgets_follow_the_page_and_can_be_read(show, theme):
    for mode in theme.modes:
        page = show(theme, mode)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            shoot(page, f"{theme.name} {mode.name}")
            assert set(page.evaluate("schemes()")) == {mode.shows}, mode.name
            measured = page.evaluate("contrasts()")
            assert not measured["found"], f"{mode.name}\n" + "\n".join(measured["found"])
            assert measured["texts"] > 500
            assert measured["controls"] > 300
            assert page.evaluate("overflowing()") == [], mode.name
        assert page.evaluate("unringed()") == [], mode.name


@in_all_themes
def test_no_theme_changes_what_the_widgets_set(show, theme):
    for size in (DESKTOP, PHONE):
        width = size["width"]
        page = show(theme, theme.modes[0])
        page.set_viewport_size(size)
        looks = page.evaluate("looks()")
        if theme.name == "plain":
            _plain[width] = looks
        if width not in _plain:
            page = show(THEMES[0], THEMES[0].modes[0])
            _plain[width] = page.evaluate("looks()")
        assert len(looks) == len(_plain[width]) > 500
        changed = {
            f"{name}: {was[name]} became {now[name]}": where
            for (where, was), (_same, now) in zip(_plain[width], looks, strict=True)
            for name in was
            if was[name] != now[name]
        }
        assert not changed, "\n".join(f"{what} at {where}" for what, where in changed.items())


def test_what_is_wrong_has_a_red_border(show):
    page = show(THEMES[0], THEMES[0].modes[0])
    fields = page.locator(".cx :is(textarea, [type=email])[aria-invalid]")
    colors = fields.evaluate_all("all => all.map((e) => getComputedStyle(e).borderTopColor)")
    assert len(colors) > 5
    assert set(colors) == {"rgb(179, 38, 30)"}


@pytest.mark.parametrize(
    ("head", "widget", "shows"),
    [
        ("", "<div>{}</div>", "light"),
        ("<meta name='color-scheme' content='light dark'>", "<div>{}</div>", "dark"),
        ("<meta name='color-scheme' content='light'>", "<div>{}</div>", "light"),
        ("", "<div style='color-scheme: dark'>{}</div>", "dark"),
        ("", "<div class='dark'>{}</div>", "dark"),
        ("", "<div class='not-so-dark'>{}</div>", "light"),
        ("<style>:root { --cx-bg: #123 }</style>", "<div>{}</div>", "dark"),
        (
            "<style>.night { --cx-bg: light-dark(#fff, #123); color-scheme: dark }</style>",
            "<div class='night'>{}</div>",
            "dark",
        ),
    ],
)
def test_a_part_of_a_page_has_its_own_scheme(window, head, widget, shows):
    """What a page, a part of it or its custom properties say; the system is set to dark."""
    page = window
    page.emulate_media(color_scheme="dark")
    page.set_content(
        f"<!doctype html><html><head>{head}<style>{css_of('core')}</style></head><body>"
        + widget.format("<section class='cx'><p>Words</p></section>")
    )
    page.evaluate(MEASURE)
    assert page.evaluate("schemes().at(-1)") == shows


def test_browsers_without_light_dark_get_the_light_colours(window):
    page = window
    page.emulate_media(color_scheme="dark")
    css = css_of("core")
    old = css.replace("light-dark(", "unknown-function(")
    assert old.count("unknown-function(") > 7
    page.set_content(
        f"<!doctype html><html class='dark' style='color-scheme: dark'><style>{old}</style>"
        "<section class='cx'><p>Words <a href='/'>link</a></p><input><button>Send</button>"
    )
    page.evaluate(MEASURE)
    assert page.evaluate("schemes().at(-1)") == "light"
    assert page.evaluate("contrasts()")["found"] == []
    assert page.locator(".cx").evaluate("e => getComputedStyle(e).colorScheme") == "light"


def test_what_is_chosen_is_seen_in_forced_colours(show):
    page = show(THEMES[0], THEMES[0].modes[0])
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    try:
        grounds = """which => [...document.querySelectorAll(which)]
            .filter((e) => e.checkVisibility()).map((e) => getComputedStyle(e).backgroundColor)"""
        for chosen, other in (
            (".cx-scale:not(.cx-stars) :checked + span", ".cx-scale :not(:checked) + span"),
            (".cx-vote button[aria-pressed=true]", ".cx-vote button:not([aria-pressed])"),
        ):
            marked, plain = set(page.evaluate(grounds, chosen)), set(page.evaluate(grounds, other))
            assert len(marked) == 1
            assert marked.isdisjoint(plain)
        stars = "e => getComputedStyle(e).fill"
        filled = page.locator(".cx-stars label:has(:checked) svg").first.evaluate(stars)
        empty = page.locator("[data-state=surveys] .cx-stars svg").first.evaluate(stars)
        assert (filled == "none", empty) == (False, "none")
        assert page.evaluate("unringed()") == []
    finally:
        page.emulate_media(forced_colors="none")


def test_from_right_to_left(show):
    theme = THEMES[0]
    for size in (DESKTOP, PHONE):
        page = show(theme, Mode("rtl", "light", "light", {"dir": "rtl"}))
        page.set_viewport_size(size)
        shoot(page, "rtl")
        assert page.evaluate("overflowing()") == []
        keys = page.locator("[data-state=surveys] .cx-scale:not(.cx-stars)").first.locator("label")
        first, second = keys.nth(0).bounding_box(), keys.nth(1).bounding_box()
        assert first["x"] > second["x"]
        words = page.locator("[data-state=surveys] .cx-choice").first
        box, label = words.locator("input").bounding_box(), words.locator("span").bounding_box()
        assert box["x"] > label["x"]
        sides = "e => [getComputedStyle(e).borderRightWidth, getComputedStyle(e).borderLeftWidth]"
        assert page.locator(".cx-replies").first.evaluate(sides) == ["2px", "0px"]


def test_what_scripts_bring_can_be_read_too(open_reader, talk, write):  # noqa: F811
    """The waiting comment, a reply and a report in their place, the widget that slides in."""
    write("First", state="published")
    widget = surveys.publish_survey(survey=NPSWidget(title="Below", placement="end"))
    words = ("text", "Something worth reading, again and again. " * 200)
    thread = ("comments", {"heading": "", "order": "newest"})
    publish(talk, words, ("nps", {"widget": widget.pk}), words, thread)
    page = open_reader(viewport=DESKTOP, color_scheme="dark", reduced_motion="reduce")

    def check(what):
        page.add_style_tag(content=f"{GRAYS} {STILL}")
        page.evaluate(MEASURE)
        for mode in (STAYS, BY_CLASS):
            page.evaluate("attributes => dress(attributes)", mode.html)
            assert set(page.evaluate("schemes()")) == {mode.shows}
            assert page.evaluate("contrasts()")["found"] == []
            assert page.evaluate("unringed()") == []
            shoot(page, f"{what} {mode.shows}")

    page.goto(talk.url)
    page.fill("[name=text]", "Mine")
    page.fill("[name=name]", "Eva")
    page.click("#cx-comment-form button:not([type=button], [name=preview])")
    expect(page.locator(".cx-pending")).to_be_visible()
    page.locator(".cx-reply").last.click()
    page.locator(".cx-flag").last.click()
    expect(page.locator("[data-cx-answering]")).to_be_visible()
    expect(page.locator(".cx-inline legend")).to_be_visible()
    check("scripts")
    page.reload()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(".cx-slide")).to_be_visible()
    check("slid")
    page.locator(".cx-slide summary").click()
    expect(page.locator(".cx-slide").get_by_text("10", exact=True)).to_be_visible()
    check("slid open")
