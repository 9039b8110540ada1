"""The kinds of surveys that pages render; rooms that extend Survey register their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class SurveyKind:
    """One kind of survey on pages."""

    #: The beginning of the form's element ids.
    prefix: str
    template: str
    #: The dotted path of the function that returns the template's context, imported when used.
    context_path: str
    #: Whether it asks by itself in the text too: once, then again after its rest.
    always_asks: bool = False

    @property
    def build_context(self) -> Callable[..., dict[str, Any]]:
        """Return the function that returns the template's context."""
        found: Callable[..., dict[str, Any]] = import_string(self.context_path)
        return found


_kinds: dict[str, SurveyKind] = {
    "survey": SurveyKind(
        "cx-survey",
        "cx_feedback/surveys/survey.html",
        "cx_feedback.surveys.responses.form_context.build_form_context",
    )
}


def register_kind(name: str, kind: SurveyKind) -> None:
    """Register how surveys of a kind are rendered; called when Django is ready."""
    _kinds[name] = kind


def get_kind(name: str) -> SurveyKind | None:
    """Return a kind, None if its room is not installed."""
    return _kinds.get(name)
