"""A broken block is found: each kind of mistake that documents had."""

import dataclasses
from shutil import which
from textwrap import dedent

import pytest

from tests.documents import checkers, shell
from tests.documents.blocks import PAGES, find_blocks

PAGE = PAGES[0]


def block(language, code):
    return find_blocks(PAGE, f"```{language}\n{dedent(code).strip()}\n```\n")[0]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("from cx_feedback import nothing_such", "ImportError"),
        ("def f(:", "SyntaxError"),
        ("surveys = [survei]", "nothing defines survei"),
        ("def later():\n    return undefined_name", "nothing defines undefined_name"),
        ("page.no_such_attribute", "AttributeError"),
        ("# mysite/settings.py\nCX_FEEDBACK = {'SURVEYS_NOTHING': 1}", "is not a setting"),
        ("# mysite/settings/base.py\nCX_FEEDBACK['FAST_INSERTS'] = 'no'", "FAST_INSERTS"),
        ("# settings.py\nEMIAL_BACKEND = 'x'", "EMIAL_BACKEND is not a setting"),
        ("# settings.py\nINSTALLED_APPS += ['cx_feedback.nowhere']", "ModuleNotFoundError"),
        ("# settings.py\nMIDDLEWARE += ['cx_feedback.core.Nothing']", "ImportError"),
        ("# settings.py\nCACHES['default']['BACKEND'] = 'django.core.cache.No'", "ImportError"),
    ],
)
def test_broken_python(code, problem, site_code, db):
    assert problem in site_code.run(block("python", code))


@pytest.mark.parametrize(
    "code",
    [
        "survey.title, page.title, comment.pk, response.pk, user.pk",
        "INSTALLED_APPS += ['rest_framework']",
        "INSTALLED_APPS = ['rest_framework', *INSTALLED_APPS]",
        "# mysite/settings.py\nCX_FEEDBACK = {'FAST_INSERTS': False}\nDEBUG = False",
        "class NewsPage(Page):\n    body = StreamField([('text', blocks.TextBlock())])",
        "urlpatterns += [path('x/', lambda request: None)]",
        "print([n for n in range(3)], {name: 1 for name in 'ab'})",
    ],
)
def test_right_python(code, site_code, db):
    assert site_code.run(block("python", code)) == ""


def test_blocks_of_a_page_share_their_names(site_code):
    assert site_code.run(block("python", "import json\nn = 3")) == ""
    assert site_code.run(block("python", "assert json.loads('3') == n")) == ""


def test_files_of_a_page_import_each_other(site_code):
    assert site_code.run(block("python", "# mysite/celery.py\nn = 3")) == ""
    assert site_code.run(block("python", "# mysite/__init__.py\nfrom .celery import n as m")) == ""
    assert site_code.run(block("python", "from mysite import m\nassert m == 3")) == ""
    assert "ImportError" in site_code.run(block("python", "from mysite.celery import nothing"))


def test_what_needs_a_newer_django_waits_for_it(site_code):
    [later] = find_blocks(PAGE, "<!-- since django 99.0 -->\n```python\nimport nothing\n```\n")
    assert site_code.run(later) == ""
    assert "ModuleNotFoundError" in site_code.run(dataclasses.replace(later, since=(5, 2)))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("python manage.py cx_nothing", "no command cx_nothing"),
        ("python manage.py cx_work --foever", "--foever"),
        ("* * * * * cd /srv/site && python manage.py cx_wrok", "no command cx_wrok"),
        ("python manage.py cx_export_reader", "email"),
        ("DJANGO_SETTINGS_MODULE=x venv/bin/python manage.py cx_fold --x >> log", "--x"),
        ("pip install 'wagtail-cx-feedback[coffee]'", "no extra coffee"),
        ("make coffee", "no target coffee"),
        ("celery -A mysite worker --baet", "--baet"),
        ("curl https://magazine.example/feedback/api/v1/surwey/", "no address"),
        ("python -m cx_feedback.nowhere", "no module"),
        ("rn -rf", "unknown program"),
        ("echo 'open", "No closing quotation"),
    ],
)
def test_broken_lines(line, problem):
    assert problem in checkers.find_problem(block("sh", f"{line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "python manage.py cx_work --forever  # until it ends",
        "* * * * * cd /srv/site && python manage.py cx_work >> /var/log/work.log 2>&1",
        "python manage.py cx_import_responses answers.csv \\\n    --survey 12 --dry-run",
        "celery -A mysite worker --beat --loglevel=info",
        "python -m pip install 'wagtail-cx-feedback[comments,nps]' && make demo",
        "curl 'https://magazine.example/feedback/api/v1/comments/?page=3'",
    ],
)
def test_right_lines(line):
    assert checkers.find_problem(block("sh", f"{line}\n")) == ""


def test_output_of_a_console_is_no_command():
    code = "$ python manage.py cx_doctor\nNothing was found.\n"
    assert checkers.find_problem(block("console", code)) == ""
    assert "cx_docter" in checkers.find_problem(block("console", code.replace("doctor", "docter")))


@pytest.mark.parametrize(
    ("language", "code", "problem"),
    [
        ("html+django", "{% load cx_feedbak %}", "TemplateSyntaxError"),
        ("django", "{% if %}", "TemplateSyntaxError"),
        ("html+django", '{% include "cx_feedback/no.html" %}', "TemplateDoesNotExist"),
        ("json", '{"a": 1 "b": 2}', "delimiter"),
        ("toml", "a = ", "Invalid value"),
        pytest.param(
            "js",
            "const a = ;",
            "SyntaxError",
            marks=pytest.mark.skipif(not which("node"), reason="needs Node"),
        ),
        ("css", ":root { --cx-acent: red; }", "no style sheet has --cx-acent"),
        ("", "x", "no language"),
        ("cobol", "x", "no test knows blocks of cobol"),
    ],
)
def test_other_broken_blocks(language, code, problem):
    assert problem in checkers.find_problem(block(language, code))


def test_a_wrong_option_in_a_sentence():
    assert shell.find_option_problem("cx_work", "manage.py cx_work --forever") == ""
    assert "--ever" in shell.find_option_problem("cx_work", "manage.py cx_work --ever")
    assert "no command" in shell.find_option_problem("cx_wrok", "manage.py cx_wrok")


def test_blocks_are_found_where_they_stand():
    text = dedent(
        """\
        - in a list:

          ```python
          # mysite/urls.py
          a = 1
          ```

        <!-- shown by tests/test_x.py::test_y -->
        ```{code-block} sh
        :caption: mysite/run.sh, executable

        make demo
        ```
        """
    )
    first, second = find_blocks(PAGE, text)
    assert (first.line, first.language, first.file) == (3, "python", "mysite/urls.py")
    assert first.code == "# mysite/urls.py\na = 1\n"
    assert (second.language, second.code, second.file) == ("sh", "make demo\n", "mysite/run.sh")
    assert second.place == "executable"
    assert second.shown_by == "tests/test_x.py::test_y"
