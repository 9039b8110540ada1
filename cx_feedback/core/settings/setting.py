"""The declaration of a key of ``CX_FEEDBACK``."""

from dataclasses import dataclass
from typing import Any

from cx_feedback.core.settings import setting_checks


@dataclass(frozen=True)
class Setting:
    """One key of ``CX_FEEDBACK``."""

    name: str
    default: Any
    doc: str
    check: setting_checks.Check
