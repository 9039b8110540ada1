"""The clicked links of a mailing, counted, and labelled with the answers or pages they lead to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db.models import Count

from cx_feedback.core.pages.sites import get_own_hosts, is_own_url
from cx_feedback.core.rooms.titles import get_offered_answers
from cx_feedback.mail.models import MailReport

#: Parameters that a message adds to the URL of an answer.
_ADDED = re.compile(r"&(?:key|lang|version)=[\w-]*")


@dataclass(frozen=True)
class LinkStats:
    """A link and the number of readers who clicked it."""

    label: str
    url: str
    readers: int


def count_clicked_links(mailing: str) -> list[tuple[str, int]]:
    """Return the 20 links of a mailing that most readers clicked, each with their number."""
    clicks = MailReport.objects.filter(delivery__mailing=mailing, kind=MailReport.Kind.CLICKED)
    rows = clicks.exclude(url="")
    counted = rows.order_by().values_list("url").annotate(n=Count("delivery", distinct=True))
    return list(counted.order_by("-n", "url")[:20])


def label_links(links: Iterable[tuple[str, int]]) -> list[LinkStats]:
    """Return the links with labels: the answer they give, or their path on the site.

    Links to other sites are labelled with their URL.
    """
    hosts, answers = get_own_hosts(), _AnswerLabels()
    found = []
    for url, readers in links:
        label = url
        if is_own_url(url, hosts):
            parts = urlsplit(url)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            label = answers.get_label(_ADDED.sub("", path)) or unquote(path) or "/"
        found.append(LinkStats(label, url, readers))
    return found


class _AnswerLabels:
    """The labels of answers by URL, which are loaded once if they are needed."""

    def __init__(self) -> None:
        self.labels: dict[str, str] | None = None

    def get_label(self, path: str) -> str:
        if "?" not in path:
            return ""
        if self.labels is None:
            offers = [offer for offer in get_offered_answers() if offer.url]
            self.labels = {_ADDED.sub("", o.url): f"{o.group}: {o.label}" for o in offers}
        return self.labels.get(path, "")
