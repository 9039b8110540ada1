"""Read the magazine's texts: front matter, Markdown, and what stands between the paragraphs."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

CONTENT_DIR = Path(__file__).resolve().parent.parent / "content"
DIRECTIVE = re.compile(r"^\{(\w+)(?::\s*(.*?))?\}$", re.DOTALL)

#: Turns a directive such as ``{survey: reading}`` into the value of its block; None leaves it out.
Resolver = Callable[[str, str], Any]


@dataclass(frozen=True)
class Text:
    """A page of the magazine as it stands in its file."""

    key: str
    language: str
    fields: dict[str, Any]
    body: str


@cache
def read_yaml(name: str) -> Any:
    """Read one of the content's YAML files."""
    return yaml.safe_load((CONTENT_DIR / name).read_text("utf-8"))


def read_text(path: Path) -> Text:
    """Read a file that begins with its fields between two lines of dashes."""
    _before, front, body = path.read_text("utf-8").split("---\n", 2)
    language = path.relative_to(CONTENT_DIR).parts[0]
    return Text(path.stem, language, yaml.safe_load(front), body.strip())


@cache
def read_folder(language: str, folder: str) -> dict[str, Text]:
    """Read all texts of a folder, by their keys."""
    paths = sorted((CONTENT_DIR / language / folder).glob("*.md"))
    return {path.stem: read_text(path) for path in paths}


def _chunk(chunk: str, resolve: Resolver) -> tuple[str, Any] | None:
    """Turn what stands between two blank lines into a block's type and value."""
    if chunk.startswith("## "):
        return "heading", chunk[3:].strip()
    if chunk.startswith(">"):
        text = " ".join(line.lstrip("> ") for line in chunk.splitlines())
        return "quote", {"text": text, "source": ""}
    directive = DIRECTIVE.match(chunk)
    if directive is None:
        return "paragraph", MarkdownIt("commonmark").render(chunk).strip()
    name, argument = directive[1], directive[2] or ""
    if name == "figure":
        figure, _bar, meaning = argument.partition("|")
        return "key_figure", {"figure": figure.strip(), "meaning": meaning.strip()}
    value = resolve(name, argument)
    return None if value is None else (name, value)


def body_blocks(text: Text, resolve: Resolver) -> list[dict[str, Any]]:
    """Return a body as raw StreamField data, each block with an id that stays the same."""
    blocks: list[dict[str, Any]] = []
    for chunk in re.split(r"\n\s*\n", text.body):
        found = _chunk(chunk.strip(), resolve) if chunk.strip() else None
        if found is None:
            continue
        kind, value = found
        if kind == "paragraph" and blocks and blocks[-1]["type"] == "paragraph":
            blocks[-1]["value"] += value
            continue
        name = f"{text.language}/{text.key}/{len(blocks)}"
        blocks.append(
            {"type": kind, "value": value, "id": str(uuid.uuid5(uuid.NAMESPACE_URL, name))}
        )
    return blocks
