"""The contrast of the colours that a site gives the widgets (docs/reference/theming.md)."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site, get_page_models

import cx_feedback
from cx_feedback.core.health import page_search
from cx_feedback.core.health.colours import (
    NEEDED,
    UnknownColour,
    get_contrast,
    make_readable,
    parse_value,
)
from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.forms import read_forms
from cx_feedback.core.health.registry import Examination, get_widgets
from cx_feedback.core.health.trial_requests import SHARED_FILES, TrialClient, taken_back
from cx_feedback.core.health.widget_problems import NO_HEAD

logger = logging.getLogger(__name__)

#: Words and their grounds, by the custom properties.
PAIRS = (
    ("--cx-fg", "--cx-bg"),
    ("--cx-muted", "--cx-bg"),
    ("--cx-accent", "--cx-bg"),
    ("--cx-error", "--cx-bg"),
    ("--cx-on-accent", "--cx-accent"),
)
#: Pages that are looked at until one links the files that all widgets share: each one makes the
#: renditions of its images.
MOST_PAGES = 3
#: Bytes of a style sheet that are read.
MAX_STYLES = 1_000_000
_BRACE = re.compile(r"[{}]")
_DEFAULT = re.compile(r"var\((--cx-[\w-]+), (light-dark\(#\w+, #\w+\))\)")
_DARK = re.compile(r"\bdark\b", re.I)

LOW_CONTRAST = Problem(
    "low-contrast",
    Level.WARNING,
    _(
        "On the page “%(page)s” %(words)s on %(ground)s has a contrast of %(ratio)s to 1 in the "
        "%(scheme)s scheme; words need 4.5."
    ),
    ":root { $words: light-dark($light, $dark); }",
    "docs/reference/theming.md",
)
UNKNOWN_COLOUR = Problem(
    "unknown-colour",
    Level.UNKNOWN,
    _("The contrast of %(words)s could not be computed: %(value)s."),
    docs_page="docs/reference/theming.md",
)
STYLES_NOT_SEEN = Problem(
    "styles-not-seen",
    Level.UNKNOWN,
    _(
        "None of the pages that were looked at (“%(page)s” was the last) links our style sheet, so "
        "its colours could not be examined."
    ),
    NO_HEAD.line,
    NO_HEAD.docs_page,
)
PAGES_FAILED = Problem(
    "pages-failed",
    Level.UNKNOWN,
    _(
        "The colours could not be examined, because the pages that were looked at (“%(page)s”, "
        "say) end with an error or refuse readers; mend that first."
    ),
)
SCHEMES = {"light": _("light"), "dark": _("dark")}


@dataclass
class Theme:
    """Custom properties, those of both schemes and those of the dark one."""

    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    is_ever_dark: bool = False

    def get_properties(self, scheme: str) -> dict[str, str]:
        """Return the custom properties in a scheme, with our defaults."""
        own = {**self.light, **(self.dark if scheme == "dark" else {})}
        return {**get_defaults(), **own}


def examine_theme() -> Iterator[Finding]:
    """Yield pairs of colours that can't be read well on a page of the site."""
    if not Site.objects.exists():
        return
    seen, failed = None, None
    for page in islice(_iterate_pages(), MOST_PAGES):
        html = _render_page(page)
        if not html:
            failed = page
            continue
        seen = page
        if SHARED_FILES in html:
            yield from examine_html(html, page)
            return
        if any(read_forms(html, one.css_class).shows_widget for one in get_widgets()):
            yield NO_HEAD.build_finding(title=EXAMINATION.title, page=page.title)
            return
    if failed is not None:  # the others may have no style sheet because they have no widget
        yield PAGES_FAILED.build_finding(page=failed.title)
    elif seen is not None:
        yield STYLES_NOT_SEEN.build_finding(page=seen.title)


def _iterate_pages() -> Iterator[Any]:
    """Iterate over pages with widgets, which have our style sheet, then over all others."""
    seen = set()
    with_widgets = (page_search.find_pages(page_search.find_places(w)) for w in get_widgets())
    first = (page for pages in with_widgets for page in islice(pages, 1))
    for page in chain(first, page_search.find_newest_pages(get_page_models(), most=1)):
        if page.pk not in seen:
            seen.add(page.pk)
            yield page


def _render_page(page: Any) -> str:
    """Return the HTML of a page, "" for one that readers don't get, which other trials say."""
    with taken_back():
        try:
            client = TrialClient(page.get_site().root_url)
            response = client.get_page(urlsplit(page.full_url).path)
            return response.text if response.status == 200 else ""
        except Exception:
            logger.info("The page %s could not be rendered", page.pk, exc_info=True)
            return ""


def examine_html(html: str, page: Any) -> Iterator[Finding]:
    """Yield pairs of colours in ``html`` that can't be read well."""
    theme = read_theme(html)
    if not any(name in theme.light or name in theme.dark for pair in PAIRS for name in pair):
        return
    unknown: set[str] = set()
    for words, ground in PAIRS:
        for scheme in ("light", "dark") if theme.is_ever_dark else ("light",):
            try:
                finding = _examine_pair(theme, words, ground, scheme, page)
            except UnknownColour as error:
                if words not in unknown:
                    yield UNKNOWN_COLOUR.build_finding(words=words, value=error)
                unknown.add(words)
                continue
            if finding is not None:
                yield finding
                break


def _examine_pair(theme: Theme, words: str, ground: str, scheme: str, page: Any) -> Finding | None:
    properties = theme.get_properties(scheme)
    above, below = (parse_value(properties[name], properties, scheme) for name in (words, ground))
    ratio = get_contrast(above, below)
    if ratio >= NEEDED:
        return None
    colours = {}
    for name in ("light", "dark"):
        given = theme.get_properties(name)
        front, back = (parse_value(given[one], given, name) for one in (words, ground))
        colours[name] = make_readable(front, back)
    values = {"ratio": f"{ratio:.2f}", "scheme": SCHEMES[scheme], **colours}
    page_title = getattr(page, "title", "")
    return LOW_CONTRAST.build_finding(page=page_title, words=words, ground=ground, **values)


class _StyleReader(HTMLParser):
    """Adds the style sheets of a page to a theme, in the order of the page."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        #: The parts of the style sheet that is being read.
        self.parts: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "style":
            self.parts = []
        elif tag == "link" and "stylesheet" in given.get("rel", "").lower():
            _add_styles(self.theme, _read_link(given.get("href", "")))
        elif tag == "meta" and given.get("name", "").lower() == "color-scheme":
            self.theme.is_ever_dark |= bool(_DARK.search(given.get("content", "")))

    def handle_data(self, data: str) -> None:
        if self.parts is not None:
            self.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style" and self.parts is not None:
            _add_styles(self.theme, "".join(self.parts))
            self.parts = None


def read_theme(html: str) -> Theme:
    """Return the custom properties in the style sheets of a page, in the order of the page."""
    reader = _StyleReader(Theme())
    reader.feed(html)
    reader.close()
    return reader.theme


def _read_link(href: str) -> str:
    """Return the text of a style sheet among the site's static files, "" of any other."""
    root, path = urljoin("/", settings.STATIC_URL or ""), urlsplit(href).path
    if not path.startswith(urlsplit(root).path) or "cx_feedback/" in path:
        return ""
    name = path.removeprefix(urlsplit(root).path)
    if found := finders.find(name):
        return Path(str(found)).read_text(encoding="utf-8", errors="replace")[:MAX_STYLES]
    try:
        with staticfiles_storage.open(name) as file:
            return str(file.read(MAX_STYLES).decode("utf-8", "replace"))
    except (OSError, ValueError):
        return ""


def _add_styles(theme: Theme, css: str) -> None:
    """Add the custom properties of a style sheet; the later of two holds."""
    css = _remove_comments(css)
    preludes: list[str] = []
    begin = 0
    for match in _BRACE.finditer(css):
        text = css[begin : match.start()]
        begin = match.end()
        if match[0] == "{":
            head, _semicolon, prelude = text.rpartition(";")
            _add_declarations(theme, preludes, head)
            preludes.append(prelude.strip())
        else:
            _add_declarations(theme, preludes, text)
            preludes[-1:] = []


def _remove_comments(css: str) -> str:
    kept, place = [], 0
    while (begin := css.find("/*", place)) >= 0:
        kept.append(css[place:begin])
        end = css.find("*/", begin + 2)
        if end < 0:
            return "".join(kept)
        place = end + 2
    return "".join([*kept, css[place:]])


def _add_declarations(theme: Theme, preludes: list[str], text: str) -> None:
    is_dark = any(_DARK.search(prelude) for prelude in preludes)
    for declaration in text.split(";"):
        name, _colon, value = (part.strip() for part in declaration.partition(":"))
        if name == "color-scheme" and _DARK.search(value):
            theme.is_ever_dark = True
        elif name.startswith("--") and value:
            theme.is_ever_dark |= is_dark
            (theme.dark if is_dark else theme.light)[name] = value


@cache
def get_defaults() -> dict[str, str]:
    """Return the defaults of our custom properties, from our style sheet."""
    path = Path(cx_feedback.__file__).parent / "core/static/cx_feedback/core/core.css"
    return dict(_DEFAULT.findall(path.read_text(encoding="utf-8")))


EXAMINATION = Examination(
    "theme",
    _("Contrast of the theme"),
    examine_theme,
    (LOW_CONTRAST, UNKNOWN_COLOUR, NO_HEAD, STYLES_NOT_SEEN, PAGES_FAILED),
    seconds=20.0,
    writes=True,
    comes_last=True,
)
