"""The editor's field for the quotas of a survey."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cx_feedback.surveys.flow.condition_field import ConditionsWidget

#: The most quotas of one survey.
MAX_QUOTAS = 200


def parse_quotas(data: Any) -> list[dict[str, Any]]:
    """Return the quotas that ``data`` holds; raises ValueError."""
    if not isinstance(data or [], list):
        raise ValueError("no quotas")
    return [_parse_quota(item) for item in (data or [])[:MAX_QUOTAS]]


def _parse_quota(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError("no quota")
    question, value, limit = (data.get(name) for name in ("question", "value", "limit"))
    whole = isinstance(limit, int) and not isinstance(limit, bool) and 0 < limit < 2**31
    if not isinstance(question, str) or not isinstance(value, str) or not whole:
        raise ValueError("no quota")
    return {"question": question, "value": value, "limit": limit}


class QuotasWidget(ConditionsWidget):
    """Rows of question, answer and number, stored as JSON."""

    controller = "cx-quotas"
    script = "cx_feedback/surveys/quota_editor.js"

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value or [])


class QuotasField(forms.JSONField):
    """The quotas of a survey as posted by the editor's form."""

    widget = QuotasWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        try:
            return parse_quotas(super().clean(value))
        except ValueError:
            words = _("Each quota needs a question, an answer and a number of at least 1.")
            raise ValidationError(words) from None
