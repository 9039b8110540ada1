"""The fenced blocks of the documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.messages import ROOT

PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^( *)(`{3,}|:{3,})([^\n`]*)\n(.*?)^\1\2 *$", re.M | re.S)
CODE_BLOCK = re.compile(r"\{code-block\} +(\S+)")
CAPTION = re.compile(r"^:caption: +([\w./-]+\.\w+)(?:, (.*))?", re.M)
SHOWN_BY = re.compile(r"<!-- shown by (\S+) -->\s*\Z")
SINCE = re.compile(r"<!-- since django (\d+)\.(\d+) -->\s*\Z")
#: ``# mysite/urls.py``, ``{# home/templates/home.html #}``: the file that a block belongs to.
FILE = re.compile(r"\A(?:#|\{#|//|/\*|<!--) ?([\w./-]+\.\w+)\b")
COMMAND = re.compile(r"(?<!`)`((?:python )?manage\.py (cx_\w+)[^`\n]*)`")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it is, its language and its code."""

    path: Path
    line: int
    language: str
    code: str
    #: The file that it belongs to, by its caption or its first line.
    file: str = ""
    #: Where in that file, as its caption says: "at the end".
    place: str = ""
    #: The test that runs it.
    shown_by: str = ""
    #: The version of Django that it needs.
    since: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def find_blocks(path: Path, text: str | None = None) -> list[Block]:
    """Return the fenced blocks of a page, in their order."""
    return list(_iter_blocks(path, path.read_text(encoding="utf-8") if text is None else text))


def _iter_blocks(path: Path, text: str) -> Iterator[Block]:
    for fence in FENCE.finditer(text):
        language, code = fence[3].strip(), dedent(fence[4])
        before, caption = text[: fence.start()], None
        if named := CODE_BLOCK.match(language):
            language = named[1]
            options = re.match(r"(:[\w-]+:.*\n)*\n?", code)[0]  # type: ignore[index]
            code, caption = code.removeprefix(options), CAPTION.search(options)
        file = caption or FILE.match(code)
        shown_by, since = SHOWN_BY.search(before), SINCE.search(before)
        yield Block(
            path,
            before.count("\n") + 1,
            language,
            code,
            file[1] if file else "",
            (caption[2] or "") if caption else "",
            shown_by[1] if shown_by else "",
            tuple(int(part) for part in since.groups()) if since else (),
        )


def find_commands(path: Path) -> list[tuple[str, str]]:
    """Return the commands of ours that a page names within its sentences, and what follows."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return [(found[2], found[1]) for found in COMMAND.finditer(text)]
