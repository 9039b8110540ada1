"""What the probe of the wheel takes from the README, without building or installing anything."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from cx_feedback.surveys.models import Survey
from tests.documents.blocks import find_blocks
from tests.wheel import readme, tutorial
from tests.wheel.probe import commands
from tests.wheel.probe.browser import Page
from tests.wheel.versions import COMBINATIONS, REQUIRED


def list_called(code):
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return {node.func.id for node in calls if isinstance(node.func, ast.Name)}


def test_the_readme_makes_a_site():
    settings = readme.with_own(readme.block_with("INSTALLED_APPS"), "*INSTALLED_APPS,")
    ast.parse(settings + readme.DATABASE)
    assert list_called(readme.home_models("comments")) >= {"StreamField", "CommentsBlock"}
    template = readme.home_template()
    assert "{% cx_feedback_head %}" in template
    assert "{% include_block page.body %}" in template
    ast.parse(f"[{readme.block_with('cx_feedback.urls')}]")


def test_the_tutorial_makes_a_site(tmp_path):
    site = tmp_path / tutorial.SITE
    (site / tutorial.SITE / "settings").mkdir(parents=True)
    (site / "home/templates/home").mkdir(parents=True)
    for name in ("settings/base.py", "urls.py"):
        (site / tutorial.SITE / name).write_text("before = 1\n")
    tutorial.follow(site, {"base.py": "mine = 2\n"})
    for name in ("settings/base.py", "urls.py"):
        ast.parse((site / tutorial.SITE / name).read_text())
    settings = (site / tutorial.SITE / "settings/base.py").read_text()
    assert settings.startswith("before = 1\n")
    assert settings.endswith("mine = 2\n")
    assert (site / "visits.csv").read_text().startswith("reader,date\nana,")
    making, told = tutorial.split_commands()
    assert [command[0] for command in making] == ["makemigrations", "migrate"]
    assert [command[0] for command in told] == [
        *("createsuperuser", "cx_import_activity", "cx_score_loyalty", "cx_doctor")
    ]


def test_the_tutorial_has_what_the_readme_says():
    blocks = {Path(block.file).name: block.code for block in find_blocks(tutorial.PAGE)}
    assert list_called(readme.block_with("body = StreamField")) <= list_called(blocks["models.py"])
    assert readme.block_with("cx_feedback.urls").strip() in blocks["urls.py"]
    for line in readme.block_with("INSTALLED_APPS").splitlines()[:5]:
        assert line in blocks["base.py"]
    for tag in re.findall(r"{%.*?%}", readme.block_with("{% cx_feedback_head %}")):
        assert tag in blocks["home_page.html"]


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
