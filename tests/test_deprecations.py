"""A public name that goes away warns before: it says when it goes, and the changelog lists it."""

import ast
import re
import warnings

import pytest

import cx_feedback
from tests.messages import ROOT

#: "old_name() goes in 0.11; use new_name()."
TEXT = re.compile(r"(?P<name>\S+) goes in (?P<version>\d+\.\d+); .+\.")
SECTION = re.compile(r"^### Deprecated\n(.*?)(?=^##|\Z)", re.M | re.S)


def read_version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


def find_problems(source: str, version: str, changelog: str) -> list[str]:
    """Return what is wrong with the deprecation warnings in a module of ``version``."""
    problems = []
    listed = "".join(SECTION.findall(changelog))
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or "DeprecationWarning" not in ast.unparse(call):
            continue
        if not ast.unparse(call.func).endswith("warn"):
            continue
        if "stacklevel" not in {word.arg for word in call.keywords}:
            problems.append(f"line {call.lineno}: without stacklevel it names our line")
        text = call.args[0].value if isinstance(call.args[0], ast.Constant) else ""
        found = TEXT.fullmatch(str(text))
        if not found:
            problems.append(f"line {call.lineno}: say what goes, in which version, and what to use")
        elif read_version(found["version"]) <= read_version(version):
            problems.append(f"line {call.lineno}: {found['name']} had to go in {found['version']}")
        elif f"`{found['name']}`" not in listed:
            problems.append(f"line {call.lineno}: no changelog has {found['name']} as deprecated")
    return problems


def test_each_deprecation_says_when_the_name_goes():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = {
        path.relative_to(ROOT).as_posix(): problems
        for path in ROOT.glob("cx_feedback/**/*.py")
        if (text := path.read_text(encoding="utf-8")) and "DeprecationWarning" in text
        if (problems := find_problems(text, cx_feedback.__version__, changelog))
    }
    assert found == {}


WARNING = 'warnings.warn("{}", DeprecationWarning, stacklevel=2)'
GOOD = WARNING.format("old_name() goes in 0.11; use new_name().")
LISTED = "## [0.10.0] - 2027-01-01\n### Deprecated\n- `old_name()`: use `new_name()`.\n"


@pytest.mark.parametrize(
    ("source", "version", "changelog", "words"),
    [
        (GOOD, "0.10.0", LISTED, ""),
        (GOOD, "0.10.3", LISTED, ""),
        (GOOD, "0.11.0.dev0", LISTED, "had to go"),
        (GOOD, "1.0.0", LISTED, "had to go"),
        (GOOD, "0.10.0", "## [0.10.0]\n### Added\n- `old_name()`\n", "no changelog"),
        (WARNING.format("old_name() is deprecated."), "0.10.0", LISTED, "in which version"),
        (GOOD.replace(", stacklevel=2", ""), "0.10.0", LISTED, "stacklevel"),
        ("warnings.warn('Slow.', RuntimeWarning)", "0.10.0", "", ""),
    ],
)
def test_a_deprecation_without_notice_is_found(source, version, changelog, words):
    problems = find_problems(source, version, changelog)
    assert len(problems) == bool(words), problems
    assert words in "".join(problems)


def test_tests_may_not_use_what_goes():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old_name() goes in 0.11; use new_name().", DeprecationWarning, stacklevel=2)
    with pytest.warns(DeprecationWarning, match="goes in"):
        warnings.warn("old_name() goes in 0.11; use new_name().", DeprecationWarning, stacklevel=2)
