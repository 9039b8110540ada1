"""The contrast of the colours that a site gives the widgets."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponseRedirect

from cx_feedback.core.health import theme_contrast
from cx_feedback.core.health.colours import (
    UnknownColour,
    get_contrast,
    make_readable,
    parse_hex,
    parse_value,
)
from tests.health.conftest import codes, only
from tests.health.test_widgets import HEAD, use_template
from tests.pages import publish
from tests.site.models import ArticlePage

PAGE = SimpleNamespace(title="A page")


def examine(css, head=""):
    return list(theme_contrast.examine_html(f"<head>{head}<style>{css}</style></head>", PAGE))


def test_our_own_colours():
    defaults = theme_contrast.get_defaults()
    assert len(defaults) == 7
    for scheme in ("light", "dark"):
        for words, ground in theme_contrast.PAIRS:
            pair = [parse_value(defaults[name], defaults, scheme) for name in (words, ground)]
            assert get_contrast(*pair) >= 4.5, (words, scheme)
    assert examine("") == []


@pytest.mark.parametrize(
    ("css", "words"),
    [
        (":root { --cx-muted: #999; }", "--cx-muted"),
        (":root { --cx-accent: orange; --cx-on-accent: #fff }", "--cx-accent"),
        (":root { --grey: rgb(170 170 170); --cx-fg: var(--grey, black); }", "--cx-fg"),
        (":root{color-scheme:light dark;--cx-error:light-dark(#b3261e, #400)}", "--cx-error"),
        (".dark { --cx-fg: #333 }", "--cx-fg"),
        ("@media (prefers-color-scheme: dark) { :root { --cx-fg: hsl(0 0% 20%) } }", "--cx-fg"),
        ("/* .dark */ :root { --cx-bg: #111 }", "--cx-fg"),
    ],
)
def test_words_that_cannot_be_read(css, words):
    findings = examine(css)
    finding = findings[0]
    assert (finding.code, finding.level) == ("low-contrast", "warning")
    assert words in finding.what
    for _time in range(5):  # each line mends one pair
        if not findings:
            break
        css += findings[0].line_to_paste + findings[0].line_to_paste.replace(":root", ".dark")
        findings = examine(css)
    assert findings == []


def test_a_dark_scheme_that_the_site_does_not_have():
    assert examine(":root { --cx-fg: light-dark(#111, #222) }") == []
    meta = '<meta name="color-scheme" content="light dark">'
    assert codes(examine(":root { --cx-fg: light-dark(#111, #222) }", meta)) == ["low-contrast"]


def test_a_colour_that_is_not_understood():
    finding = only(examine(":root { --cx-fg: oklch(40% 0.1 20) }"))
    assert (finding.code, finding.level) == ("unknown-colour", "unknown")
    assert "oklch(40% 0.1 20)" in finding.what
    assert examine(":root { --cx-radius: 0 }") == []


@pytest.mark.parametrize(
    ("value", "hex_value"),
    [
        ("#FFF", "#ffffff"),
        ("rgb(255, 0, 0)", "#ff0000"),
        ("rgba(0 128 0 / 100%)", "#008000"),
        ("hsl(240, 100%, 50%)", "#0000ff"),
        ("Navy !important", "#000080"),
        ("var(--a)", "#112233"),
        ("var(--none, light-dark(#000, #fff))", "#000000"),
    ],
)
def test_colours_as_they_are_written(value, hex_value):
    assert str(parse_value(value, {"--a": "var(--b)", "--b": "#123"}, "light")) == hex_value


@pytest.mark.parametrize("value", ["", "var(--a)", "currentColor", "#12", "rgb(0 0 0 / 50%)"])
def test_what_is_no_colour(value):
    with pytest.raises(UnknownColour):
        parse_value(value, {"--a": "var(--a)"}, "light")


def test_a_readable_colour_is_near():
    assert str(make_readable(parse_hex("#595959"), parse_hex("#ffffff"))) == "#595959"
    assert get_contrast(make_readable(parse_hex("#ff0"), parse_hex("#fff")), parse_hex("#fff")) > 4


@pytest.mark.django_db
def test_a_page_of_the_site(article, monkeypatch):
    publish(article, ("text", "Words."))
    assert list(theme_contrast.examine_theme()) == []
    style = "<style>:root { --cx-muted: #999 }</style>"
    use_template(monkeypatch, HEAD.replace("</head>", f"{style}</head>"))
    finding = only(theme_contrast.examine_theme())
    assert "“An article”" in finding.what
    mended = style.replace("</style>", f"{finding.line_to_paste}</style>")
    use_template(monkeypatch, HEAD.replace("</head>", f"{mended}</head>"))
    assert list(theme_contrast.examine_theme()) == []


BODY = "{% load wagtailcore_tags %}<html>{% include_block page.body %}</html>"


@pytest.fixture
def rendered(monkeypatch):
    """The titles of the pages that were rendered."""
    titles, render = [], theme_contrast._render_page
    monkeypatch.setattr(
        theme_contrast, "_render_page", lambda page: titles.append(page.title) or render(page)
    )
    return titles


@pytest.mark.django_db
def test_a_page_with_a_widget_and_without_the_head(article, home, monkeypatch, rendered):
    publish(article, ("comments", {}))
    publish(home.add_child(instance=ArticlePage(title="Newer", slug="newer")), ("text", "Words."))
    use_template(monkeypatch, BODY)
    finding = only(theme_contrast.examine_theme())
    assert (finding.code, finding.level) == ("no-head", "error")
    assert "“An article”" in finding.what
    assert rendered == ["An article"]


@pytest.mark.django_db
def test_few_pages_are_rendered_to_find_one(article, monkeypatch, rendered):
    pages = [SimpleNamespace(pk=n, title=f"Page {n}", full_url="") for n in range(1, 9)]
    monkeypatch.setattr(theme_contrast.page_search, "find_newest_pages", lambda *a, **k: pages)
    monkeypatch.setattr(
        theme_contrast, "_render_page", lambda page: rendered.append(page.title) or "<html></html>"
    )
    finding = only(theme_contrast.examine_theme())
    assert (finding.code, finding.level) == ("styles-not-seen", "unknown")
    assert rendered == ["Page 1", "Page 2", "Page 3"]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 302])
def test_pages_that_fail_say_nothing_of_the_styles(article, monkeypatch, status):
    def serve(self, request, *args, **kwargs):
        if status == 500:
            raise RuntimeError("the site's own template")
        return HttpResponseRedirect("/login/")

    publish(article, ("comments", {}))
    monkeypatch.setattr(ArticlePage, "serve", serve)
    finding = only(theme_contrast.examine_theme())
    assert (finding.code, finding.level) == ("pages-failed", "unknown")
    assert "mend that first" in finding.what
    assert finding.line_to_paste == ""


@pytest.mark.django_db
def test_a_style_sheet_among_the_static_files(article, monkeypatch, tmp_path):
    sheet = tmp_path / "site.css"
    sheet.write_text(":root { --cx-muted: #999 }")
    found = {"site.css": str(sheet)}
    monkeypatch.setattr(theme_contrast.finders, "find", found.get)
    links = '<link rel="stylesheet" href="/static/%s">'
    html = "".join(links % name for name in ("site.css", "missing.css", "cx_feedback/core.css"))
    assert codes(theme_contrast.examine_html(html, PAGE)) == ["low-contrast"]
    assert list(theme_contrast.examine_html(links % "missing.css", PAGE)) == []


@pytest.mark.django_db
def test_a_site_without_pages(home):
    from wagtail.models import Site

    Site.objects.all().delete()
    assert list(theme_contrast.examine_theme()) == []
