"""What the probe of the wheel takes from the README, without building or installing anything."""

import ast
import tomllib

import pytest
from django.core.management import get_commands, load_command_class

from cx_feedback.surveys.models import Survey
from tests.wheel import readme
from tests.wheel.probe import commands
from tests.wheel.probe.browser import Page
from tests.wheel.versions import COMBINATIONS, REQUIRED


def test_the_readme_makes_a_site():
    settings = readme.with_own(readme.block_with("INSTALLED_APPS"), "*INSTALLED_APPS,")
    ast.parse(settings + readme.DATABASE)
    models = ast.parse(readme.home_models())
    called = {
        node.func.id
        for node in ast.walk(models)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert {"SurveyBlock", "NPSBlock", "CommentsBlock", "SubscribeBlock"} <= called
    template = readme.home_template()
    assert "{% cx_feedback_head %}" in template
    assert "{% include_block page.body %}" in template
    ast.parse(f"[{readme.block_with('cx_feedback.urls')}]")


def test_the_versions_are_the_same_wherever_they_are_named():
    project = tomllib.loads((readme.ROOT / "pyproject.toml").read_text())["project"]
    python = "Programming Language :: Python :: 3."
    claimed = [int(one.removeprefix(python)) for one in project["classifiers"] if python in one]
    assert claimed == [11, 12, 13, 14]
    named = (readme.ROOT / "README.md").read_text()
    assert "Python 3.11 to 3.14, Django 5.2 LTS to 6, Wagtail 7.4 LTS and 8." in named
    oldest = COMBINATIONS[0]
    assert project["requires-python"] == f">={oldest.python}"
    for pin in ("django==5.2", "wagtail==7.4"):
        assert pin in oldest.pins
        assert pin.replace("==", ">=") in project["dependencies"]
    assert {oldest.name} == REQUIRED


def test_a_form_is_sent_as_a_browser_without_scripts_sends_it():
    page = Page(
        "/article/",
        '<form method="post" action="/there/"><input type="hidden" name="page" value="7">'
        '<input type="radio" name="q" value="a"><input type="radio" name="q" value="b" checked>'
        '<input type="checkbox" name="follow" value="1"><textarea name="text">\nWords</textarea>'
        '<template><input name="later" value="x"></template><button name="go" value="1">'
        "</form>",
    )
    form = page.form("/there/", page="7")
    assert form.values == {"page": "7", "q": "b", "text": "Words"}
    assert form.names == {"page", "q", "follow", "text", "go"}


@pytest.mark.django_db
def test_the_probe_gives_each_command_what_it_requires(tmp_path):
    Survey.objects.create(title="Your visit")
    arguments = commands.runs(tmp_path)
    names = commands.ours()
    assert set(arguments) < set(names)
    for name in names:
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        parser.parse_args(arguments.get(name, []))
