"""Survey templates: plain data, translated when a draft is created."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TemplateQuestion:
    """One question; ``options`` are fields of its type's block, lists of labels as lists.

    Missing options have the default of the block. Texts may be lazy translations.
    """

    type: str
    label: Any
    help: Any = ""
    required: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyTemplate:
    """A template from which editors create a survey.

    ``name`` is unique and consists of letters, digits, hyphens and underscores. Editors read
    ``title``, ``purpose`` and ``when`` (to use it); readers get title, ``intro``, ``questions`` and
    ``thanks``.
    """

    name: str
    title: Any
    purpose: Any
    when: Any
    questions: tuple[TemplateQuestion, ...]
    intro: Any = ""
    thanks: Any = ""
