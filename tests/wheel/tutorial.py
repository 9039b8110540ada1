"""Make a ``wagtail start`` site of what the tutorial says, in the tutorial's own words."""

import json
import shlex
from pathlib import Path

from tests.documents.blocks import find_blocks
from tests.documents.shell_lines import iter_lines
from tests.messages import ROOT

PAGE = ROOT / "docs/tutorial/first-answer.md"
SITE = "mysite"
#: What the test has done already, or does in its own way: the probe is the server and its browser.
ELSEWHERE = (
    ["python", "-m", "venv", "env"],
    ["source", "env/bin/activate"],
    ["pip", "install", "wagtail-cx-feedback[all]"],
    ["wagtail", "start", SITE],
    ["cd", SITE],
    ["python", "manage.py", "runserver"],
)


def list_commands() -> list[list[str]]:
    """Return the arguments of ``manage.py`` that the tutorial says, in its order."""
    lines = [
        shlex.split(line)
        for block in find_blocks(PAGE)
        if block.language == "sh"
        for line in iter_lines(block.code, prompts=False)
    ]
    missing = [line for line in ELSEWHERE if line not in lines]
    assert not missing, f"the tutorial does not say {missing}"
    commands = [line for line in lines if line not in ELSEWHERE]
    assert all(line[:2] == ["python", "manage.py"] for line in commands), commands
    return [line[2:] for line in commands]


def split_commands() -> tuple[list[list[str]], list[list[str]]]:
    """Return the commands that make the tables, and those of the site that runs."""
    commands = list_commands()
    first = [command for command in commands if command[0] in ("makemigrations", "migrate")]
    assert commands[:2] == first, commands
    return first, commands[len(first) :]


def follow(site: Path, settings: dict[str, str]) -> None:
    """Write each file of the tutorial into the new site; ``settings`` are the test's, by module."""
    for block in find_blocks(PAGE):
        if not block.file:
            continue
        path = site / block.file
        assert block.place in ("at the end", "the whole file", ""), block
        old = path.read_text() if block.place == "at the end" else ""
        path.write_text(f"{old}\n{block.code}" if old else block.code)
    for name, text in settings.items():
        with (site / SITE / "settings" / name).open("a") as file:
            file.write(text)
    _, commands = split_commands()
    (site / "tutorial.json").write_text(json.dumps(commands))
