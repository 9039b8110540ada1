"""Signs of a text beside its words: its links, numbers, titles and repeated letters.

They let the classifier judge addresses, sums and names that it has not seen.
"""

import html
import re
from collections.abc import Iterator

from cx_feedback.comments.spam.words_and_links import LINK_PATTERN

#: Parts of hosts that say nothing.
_COMMON_PARTS = frozenset({"www", "example", "com", "org", "net", "co"})
_HOST_PART = re.compile(r"[^\W_]{3,30}")
#: A link to a page of a site, as readers give them: with a year, two folders or a file.
_DEEP_LINK = re.compile(
    r"^(?:https?://)?[^/\s]+/(?:[^/\s]+/[^/\s]|[^/\s]{0,80}(?:\d{4}|\.pdf|\.html?))"
)
#: A letter or mark that is repeated, of which three remain.
_REPETITION = re.compile(r"(.)\1{3,}", re.DOTALL)
_LINE_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
#: Each kind of numbers with its pattern, and with one that it cannot do without and that is found
#: faster.
_NUMBERS = {
    "year": (re.compile(r"(?<![\d.,])(?:1[6-9]|20)\d\d(?![\d%])"), re.compile("1[6-9]|20")),
    "duration": (
        re.compile(
            r"\d\s?(?:h|hs|hrs?|hours?|horas?|min|mins|minutes?|minutos?|days?|d[ií]as?|weeks?"
            r"|semanas?)\b"
        ),
        re.compile(r"\d\s?[hmdws]"),
    ),
    "months or years": (
        re.compile(r"\d\s?(?:months?|mes|meses|years?|yrs?|años?|anos?)\b"),
        re.compile(r"\d\s?[mya]"),
    ),
    "thousands": (
        re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d.,]\d)|\d(?:k|mil)\b"),
        re.compile(r"[.,]\d{3}|\d[km]"),
    ),
    "clock": (re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)"), re.compile(r"[:.]\d\d")),
    "times": (re.compile(r"\d\s?x\b|\bx\s?\d|\d[-–]\d"), re.compile("[x–-]")),
}
#: A title with a name, as in the stories of those who were healed or made rich.
_TITLED_NAME = re.compile(
    r"\b(?:[Dd]rs?|[Dd]octora?|M(?:r|rs|s|iss|adam)|[Ss]ir|[Ss]e[ñn]ora?|[Ss]ra?|[Ll]ord|[Pp]rophet"
    r"|[Pp]riest(?:ess)?|[Pp]rofeta|[Pp]astora?|[Mm]aestr[oa]|[Mm]aster|[Cc]oach|[Bb]aba|[Mm]ama|[Mm]am[áa]"
    r"|[Cc]aptain|[Cc]apit[áa]n|[Gg]eneral|[Aa]gente?|[Ee]xpert[oa]?)\.?\s[A-ZÁÉÍÓÚÑ][a-záéíóúñ]"
)
_NAME = re.compile(r"(?<=[a-záéíóúñ,]\s)[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+\s[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+")


def remove_markup(text: str) -> str:
    """Return a text without the line breaks and character references of HTML, of which pasted and
    imported comments are full.
    """
    if "<" in text:
        text = _LINE_BREAK.sub(" ", text)
    return html.unescape(text) if "&" in text else text


def shorten_repetitions(text: str) -> str:
    """Return a text with three of each letter or mark that stands there more often in a row."""
    return _REPETITION.sub(r"\1\1\1", text)


def get_host_names(hosts: list[str]) -> list[str]:
    """Return the parts of hosts that were chosen by somebody."""
    parts = [part for host in hosts[:5] for part in _HOST_PART.findall(host[:100])]
    return [part for part in parts if part not in _COMMON_PARTS]


def describe_links(body: str, hosts: list[str]) -> Iterator[str]:
    """Yield the endings of the hosts of a folded text, and where and how links stand in it."""
    if not hosts:
        return
    for host in hosts[:5]:
        yield f"ending {host.rpartition('.')[2][:12]}"
    links = list(LINK_PATTERN.finditer(body))
    if not links:
        return
    if not body[links[-1].end() :].strip(" .!)"):
        yield "link last"
    if links[0].start() == 0:
        yield "link first"
    yield "deep link" if any(_DEEP_LINK.match(link[0]) for link in links) else "bare link"


def describe_numbers(body: str) -> Iterator[str]:
    """Yield the kinds of numbers in a folded text."""
    digits = len(_DIGIT.findall(body))
    if not digits:
        return
    yield "one digit" if digits < 2 else "some digits" if digits < 7 else "many digits"
    for kind, (pattern, needed) in _NUMBERS.items():
        if needed.search(body) and pattern.search(body):
            yield kind


def describe_names(text: str) -> Iterator[str]:
    """Yield whether a text names persons with a title, and with a name and surname."""
    if _TITLED_NAME.search(text):
        yield "titled name"
    if _NAME.search(text):
        yield "full name"
