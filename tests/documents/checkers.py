"""What is looked at in a block of each language but Python."""

import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.loader import get_template

import cx_feedback
from tests.documents import shell
from tests.documents.blocks import Block

#: Languages that are not looked at. A directive of MyST is what Sphinx checks.
NOT_RUN = ("apache", "csv", "html", "http", "ini", "nginx", "sql", "text", "vcl", "xml", "yaml")
OUR_TEMPLATE = re.compile(r"""["'](cx_feedback/[\w./-]+\.(?:html|txt|mjml))["']""")
PROPERTY = re.compile(r"--cx-[\w-]+")


def find_problem(block: Block) -> str:
    """Return what is wrong with a block, or ""."""
    if block.language in NOT_RUN or re.fullmatch(r"\{[\w-]+\}.*", block.language):
        return ""
    if block.language not in CHECKERS:
        return f"no test knows blocks of {block.language or 'no language'}"
    return CHECKERS[block.language](block.code)


def _check_template(code: str) -> str:
    try:
        engines["django"].from_string(code)
        for name in OUR_TEMPLATE.findall(code):
            get_template(name)
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _check_json(code: str) -> str:
    try:
        json.loads(code)
    except ValueError as whole:
        try:  # or a document in each line
            [json.loads(line) for line in code.splitlines()]
        except ValueError:
            return str(whole)
    return ""


def _check_toml(code: str) -> str:
    try:
        tomllib.loads(code)
    except tomllib.TOMLDecodeError as error:
        return str(error)
    return ""


def _check_script(code: str) -> str:
    if not which("node"):  # make test needs nothing but Python
        return ""
    with TemporaryDirectory() as folder:
        path = Path(folder, "document.mjs")
        path.write_text(code, encoding="utf-8")
        done = subprocess.run(["node", "--check", path], capture_output=True, text=True)
    return done.stderr.strip()


def _check_style(code: str) -> str:
    folder = Path(cx_feedback.__file__).parent
    sheets = "".join(path.read_text("utf-8") for path in folder.glob("*/static/**/*.css"))
    unknown = [name for name in PROPERTY.findall(code) if not re.search(rf"{name}[,:)]", sheets)]
    return f"no style sheet has {unknown[0]}" if unknown else ""


def _check_shell(code: str) -> str:
    return "; ".join(shell.find_problems(code))


def _check_console(code: str) -> str:
    return "; ".join(shell.find_problems(code, prompts=True))


CHECKERS: dict[str, Callable[[str], str]] = {
    "bash": _check_shell,
    "console": _check_console,
    "css": _check_style,
    "django": _check_template,
    "html+django": _check_template,
    "js": _check_script,
    "json": _check_json,
    "sh": _check_shell,
    "toml": _check_toml,
}
