"""The links of a mailing as editors know them: answers to questions, pages of the site."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from cx_feedback.core.rooms.titles import get_offered_answers
from cx_feedback.mail.messages.tracking import get_own_hosts, is_own_url

#: What a letter adds to the address of an answer, and the key that lets it be given.
_ADDED = re.compile(r"&(?:key|lang)=[\w-]*")


@dataclass(frozen=True)
class LinkStats:
    """A link with how many readers clicked it."""

    label: str
    url: str
    readers: int


def label_links(links: Iterable[tuple[str, int]]) -> list[LinkStats]:
    """Return links with words: what one answers, or where on the site it leads.

    Links to other sites keep their whole address.
    """
    hosts, answers = get_own_hosts(), _AnswerLabels()
    found = []
    for url, readers in links:
        label = url
        if is_own_url(url, hosts):
            parts = urlsplit(url)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            label = answers.get(_ADDED.sub("", path)) or unquote(path) or "/"
        found.append(LinkStats(label, url, readers))
    return found


class _AnswerLabels:
    """The answers on offer by their address; asked for once, if a link may be one."""

    def __init__(self) -> None:
        self.words: dict[str, str] | None = None

    def get(self, path: str) -> str:
        if "?" not in path:
            return ""
        if self.words is None:
            offers = [offer for offer in get_offered_answers() if offer.url]
            self.words = {_ADDED.sub("", o.url): f"{o.group}: {o.label}" for o in offers}
        return self.words.get(path, "")
