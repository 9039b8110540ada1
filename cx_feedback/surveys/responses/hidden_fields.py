"""Hidden fields: what the link to a survey says besides, kept with the answers.

The editor declares their names; anything else in an address is ignored. A reader can neither see
nor correct them, so nothing in them refuses a form: a form leaves out what cannot be stored. A
program that sends them over REST gets an error that names the field.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput

#: The most names of a survey, and the most characters of a name and of a value.
MAX_NAMES, MAX_NAME_LENGTH, MAX_LENGTH = 10, 30, 100
#: How the names of their form fields begin.
PREFIX = "hidden."
#: Parameters of the addresses at which forms stand.
RESERVED = frozenset({"form", "key", "lang", "page", "q", "v", "version"})
#: ``hidden_fields.js`` leaves these out too.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NAME = re.compile(r"\A[a-z][a-z0-9_]*\Z")


def parse_names(text: str) -> tuple[str, ...]:
    """Return the names in an editor's list, each once."""
    names = (name.strip() for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def find_wrong_name(text: str) -> str:
    """Return what is wrong with an editor's list of names, "" for nothing."""
    names = parse_names(text)
    if len(names) > MAX_NAMES:
        return _("At most %(n)d names.") % {"n": MAX_NAMES}
    for name in names:
        if len(name) > MAX_NAME_LENGTH or not _NAME.match(name):
            return _(
                "“%(name)s”: use up to %(n)d of the letters a to z, digits and “_”, and begin "
                "with a letter."
            ) % {"name": name, "n": MAX_NAME_LENGTH}
        if name in RESERVED:
            return _("“%(name)s” already means something else in links.") % {"name": name}
    return ""


def clean_values(names: Iterable[str], given: Any) -> dict[str, str]:
    """Return the values to store by name; raises InvalidInput that names ``hidden.<name>``."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidInput(fields={"hidden": [_("Must be an object of names and texts.")]})
    declared, errors = set(names), {}
    for name, value in list(given.items())[: 2 * MAX_NAMES]:
        if name not in declared:
            errors[_get_error_name(name)] = [_("There is no such hidden field here.")]
        elif not _is_storable(value):
            errors[_get_error_name(name)] = [
                _("Must be a text of up to %(n)d characters on one line.") % {"n": MAX_LENGTH}
            ]
    if errors:
        raise InvalidInput(fields=errors)
    return {name: value for name, value in given.items() if value}


def get_values(names: Iterable[str], source: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Return what a form or an address says of ``names``, without what cannot be stored."""
    found = {name: source.get(prefix + name, "").strip()[:MAX_LENGTH] for name in names}
    return {name: value for name, value in found.items() if value and _is_storable(value)}


def parse_pairs(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Iterate over name and value of texts such as "source:print"; others are left out."""
    for text in list(texts)[:MAX_NAMES]:
        name, colon, value = text.strip().partition(":")
        if colon and value and _NAME.match(name) and _is_storable(value):
            yield name, value


def _is_storable(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_LENGTH and not _CONTROL.search(value)


def _get_error_name(name: object) -> str:
    """Return the name of a field in ASCII, so that it can be shown in an error."""
    return PREFIX + str(name)[:64].encode("ascii", "backslashreplace").decode()
