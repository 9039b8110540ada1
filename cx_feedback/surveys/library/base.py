"""What a template of a survey is: plain data, its words translated when a draft is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TemplateQuestion:
    """One question; ``options`` are fields of its type's block, lists of labels as lists.

    What ``options`` leaves out has the block's default. Words may be lazy translations.
    """

    type: str
    label: Any
    help: Any = ""
    required: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyTemplate:
    """A survey to begin with.

    ``name`` is unique, of the characters that a URL takes. Editors read ``title``, ``purpose``
    (what it is for) and ``when`` (to use it); readers get title, ``intro``, ``questions`` and
    ``thanks``.
    """

    name: str
    title: Any
    purpose: Any
    when: Any
    questions: tuple[TemplateQuestion, ...]
    intro: Any = ""
    thanks: Any = ""
