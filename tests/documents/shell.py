"""Lines of a shell in documents: programs, commands and options have to exist."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec

from celery.bin.celery import celery
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.urls import resolve

from cx_feedback.core.http.view_errors import answer_unknown
from tests.documents.shell_lines import iter_lines
from tests.messages import ROOT

#: Programs whose arguments are not looked at.
PROGRAMS = """
cat cd chmod chown cp createdb crontab docker export git gunicorn gzip jq ls mkdir mv node npm npx
openssl pg_dump pg_restore psql rabbitmqctl redis-cli rm rsync source systemctl tar timedatectl
touch uuidgen uwsgi wagtail zcat
"""
VARIABLE = re.compile(r"^\w+=")
OUR_ADDRESS = re.compile(r"https?://[^/\s]+(/feedback/[^\s?'\"]*)")


def find_problems(code: str, *, prompts: bool = False) -> list[str]:
    """Return what is wrong with the lines of a shell; ``prompts``: output stands between them."""
    problems = []
    for line in iter_lines(code, prompts=prompts):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            problems.append(f"{line}: {error}")
            continue
        for command in split_commands(words):
            if problem := find_problem(command):
                problems.append(f"{line}: {problem}")
    return problems


def split_commands(words: list[str]) -> Iterator[list[str]]:
    """Yield the commands of one line, without variables before and redirections behind them."""
    command: list[str] = []
    for word in [*words, ";"]:
        if word in ("&&", "||", "|", ";", "&"):
            if command:
                yield command
            command = []
        elif command or not (VARIABLE.match(word) or word in ("sudo", "exec", "time")):
            command.append(word)


def find_problem(command: list[str]) -> str:
    """Return what is wrong with one command, or ""."""
    redirected = next((i for i, word in enumerate(command) if re.match(r"\d?[<>]", word)), None)
    program, *arguments = command[:redirected]
    program = program.rpartition("/")[2]
    if program in ("python", "python3", "py") and arguments:
        while arguments[0] in ("-W", "-X"):
            arguments = arguments[2:]
        program, *arguments = arguments
    if program == "-m":
        return _find_module_problem(arguments)
    checkers = {
        "manage.py": _find_manage_problem,
        "django-admin": _find_manage_problem,
        "make": _find_make_problem,
        "pip": _find_pip_problem,
        "celery": _find_celery_problem,
        "curl": _find_curl_problem,
    }
    if program in checkers:
        return checkers[program](arguments)
    return "" if program in PROGRAMS.split() else f"unknown program {program}"


def get_parser_of(name: str):
    """Return the parser of a management command; raises KeyError if there is none."""
    app = get_commands()[name]
    command = app if isinstance(app, BaseCommand) else load_command_class(app, name)
    return command.create_parser("manage.py", name)


def _find_manage_problem(arguments: list[str]) -> str:
    name, *rest = arguments or [""]
    try:
        get_parser_of(name).parse_args(rest)
    except KeyError:
        return f"no command {name}"
    except CommandError as error:
        return str(error)
    return ""


def find_option_problem(name: str, words: str) -> str:
    """Return what is wrong with a command that a sentence names, perhaps without its arguments."""
    try:
        parser = get_parser_of(name)
    except KeyError:
        return f"no command {name}"
    for option in re.findall(r"(?<=\s)--[\w-]+", words):
        if option not in parser._option_string_actions:
            return f"{name} has no option {option}"
    return ""


def _find_module_problem(arguments: list[str]) -> str:
    module, *rest = arguments or [""]
    if module == "pip":
        return _find_pip_problem(rest)
    return (
        "" if find_spec(module.partition(".")[0]) and find_spec(module) else f"no module {module}"
    )


def _find_make_problem(arguments: list[str]) -> str:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [word for word in arguments if not VARIABLE.match(word)]
    unknown = [name for name in targets if not re.search(rf"^{re.escape(name)}:", makefile, re.M)]
    return f"no target {unknown[0]}" if unknown else ""


def _find_pip_problem(arguments: list[str]) -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for word in arguments:
        named = re.match(r"wagtail-cx-feedback\[([^\]]*)\]", word)
        for extra in named[1].split(",") if named else ():
            if extra.strip() not in project["optional-dependencies"]:
                return f"no extra {extra}"
    return ""


def _find_celery_problem(arguments: list[str]) -> str:
    name = next((word for word in arguments if word in celery.commands), "")
    if not name:
        return "no command of celery"
    command = celery.commands[name]
    known = {option for group in (celery, command) for p in group.params for option in p.opts}
    for word in arguments:
        option = word.partition("=")[0]
        if option.startswith("-") and option not in known:
            return f"celery {name} has no option {option}"
    return ""


def _find_curl_problem(arguments: list[str]) -> str:
    for path in OUR_ADDRESS.findall(" ".join(arguments)):
        if resolve(path).func.__name__ == answer_unknown.__name__:  # as it is, or wrapped
            return f"no address {path}"
    return ""
