"""The sets of versions on which the wheel is probed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Combination:
    """One set of versions that the README names."""

    name: str
    python: str
    pins: tuple[str, ...] = ()
    #: What is installed there.
    archive: str = "wheel"


COMBINATIONS = [
    Combination(
        "oldest", "3.11", ("django==5.2", "wagtail==7.4", "djangorestframework==3.16.1"), "sdist"
    ),
    Combination("mixed", "3.13", ("django==6.0.*", "wagtail==7.4.*")),
    Combination("newest", "3.13"),
]
#: This one has to run: the suite itself needs no other interpreter.
REQUIRED = {"oldest"}
