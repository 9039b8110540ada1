"""The tests' site with templates of its own before ours, as ``DIRS`` of Django's setting."""

from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import TEMPLATES as PLAIN

TEMPLATES = [{**PLAIN[0], "DIRS": [Path(__file__).with_name("templates")]}]
