"""Walk through the whole magazine as readers do: ``python -m tests.example_site.walk``.

Runs in a process of its own, with the example site's settings, and writes what it saw as JSON.
"""

import json
import sys
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import django

#: Scripts of these types are data: a browser never runs them.
DATA = {"application/json", "application/ld+json"}
HOST = {"HTTP_HOST": "127.0.0.1"}
#: Lists by tag are many and alike: a few of each language will do.
TAGS, TAGS_EACH = ("/es/articulos/etiqueta/", "/en/articles/tag/"), 3


class Html(HTMLParser):
    """Collects where a page leads to, and what its content policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.leads_to: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        runs = tag == "script" and "src" not in found and found.get("type") not in DATA
        handles = any(name == "style" or name.startswith("on") for name in found)
        if tag == "style" or runs or handles:
            self.inline.append(self.get_starttag_text())
        self.leads_to += [found[name] for name in ("href", "src") if found.get(name)]
        for candidate in (found.get("srcset") or "").split(","):
            self.leads_to += candidate.split()[:1]


@dataclass
class Seen:
    """What the walk found, by address."""

    pages: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    inline: dict[str, list[str]] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    without_policy: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    nps_status: int = 0
    answered_cookies: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def visit(client, address: str, seen: Seen) -> list[str]:
    """Get one address, note what is to be noted, and return where it leads to."""
    response = client.get(address, **HOST)
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    seen.pages[address], seen.kinds[address] = response.status_code, kind
    if response.cookies:
        seen.cookies.append(address)
    if kind != "text/html":
        response.close()
        return []
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'self'" not in policy or "unsafe" in policy:
        seen.without_policy.append(address)
    html = Html(response.content.decode())
    if html.inline:
        seen.inline[address] = html.inline
    return [urldefrag(urljoin(address, link)).url for link in html.leads_to]


def is_one_more_tag(address: str, seen: Seen) -> bool:
    """Return whether enough lists by tag have been seen in this one's language."""
    return any(
        address.startswith(prefix)
        and sum(page.startswith(prefix) for page in seen.pages) >= TAGS_EACH
        for prefix in TAGS
    )


def walk(client, start: list[str], seen: Seen) -> None:
    """Follow every link that stays on the site, each address once."""
    waiting = list(start)
    while waiting:
        address = waiting.pop()
        if address in seen.pages or is_one_more_tag(address, seen):
            continue
        for link in visit(client, address, seen):
            if not urlsplit(link).netloc and link.startswith("/"):
                waiting.append(link)


def compare(seen: Seen) -> None:
    """Answer an article's question; get it and its translation as that reader and as another."""
    from django.test import Client

    from cx_feedback.nps.models import NPSWidget
    from example_site.magazine.models import ArticlePage

    answered, other = Client(), Client()
    pages = list(ArticlePage.objects.live().order_by("pk"))
    seen.articles = [page.url for page in pages]
    asking = next(page for page in pages if any(block.block_type == "nps" for block in page.body))
    widget = NPSWidget.objects.get(locale=asking.locale, shown_without_block=False)
    response = answered.post(
        f"/feedback/api/v1/nps/{widget.pk}/responses/",
        {"page": asking.pk, "answers": {"score": 9}},
        content_type="application/json",
        HTTP_SEC_FETCH_SITE="same-origin",
        **HOST,
    )
    seen.nps_status = response.status_code
    seen.answered_cookies = sorted(answered.cookies)
    for page in asking.get_translations(inclusive=True):
        address = page.url
        if answered.get(address, **HOST).content != other.get(address, **HOST).content:
            seen.differing.append(address)


def main() -> None:
    """Walk and compare."""
    django.setup()
    from django.test import Client

    seen = Seen()
    walk(Client(), ["/es/", "/en/"], seen)
    compare(seen)
    json.dump(asdict(seen), sys.stdout)


if __name__ == "__main__":
    main()
