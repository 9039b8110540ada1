"""Placeholders in texts that editors save for later, such as ``{page}``."""

import re
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,40})\}")


def validate_placeholders(text: str, known: Iterable[str]) -> None:
    """Raise ``ValidationError`` if there are names in braces that are no placeholders."""
    names = tuple(known)
    found = dict.fromkeys(name.strip() for name in _PLACEHOLDER.findall(text))
    if unknown := [name for name in found if name not in names]:
        message = _("Unknown placeholder: %(unknown)s. Use %(known)s.")
        raise ValidationError(message % {"unknown": _list(unknown), "known": _list(names)})


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with the value of each placeholder; other braces stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1].strip(), found[0]), text)
