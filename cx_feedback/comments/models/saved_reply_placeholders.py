"""The placeholders of saved replies."""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("author", "page", "link", "moderator", "site")
_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,40})\}")


def find_unknown_placeholders(text: str) -> list[str]:
    """Return the names in braces that are no placeholder, each once."""
    names = dict.fromkeys(found.strip() for found in _PLACEHOLDER.findall(text))
    return [name for name in names if name not in PLACEHOLDERS]


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with the value of each placeholder; other braces stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1].strip(), found[0]), text)
