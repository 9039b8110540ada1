"""The rule by which the answered pages of a survey are kept, and for how long."""

import datetime

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cx_feedback.core.retention_periods import PERIODS
from cx_feedback.surveys.flow.routing import is_page_break
from cx_feedback.surveys.questions.definitions import Definition

#: Time without a further page after which a reader counts as one who stopped.
STOPPED_AFTER = datetime.timedelta(hours=2)


def get_retention_days() -> int:
    """Return the number of days for which this site keeps answered pages, 0 for never."""
    return PERIODS["partial_responses"].get_length().days


def get_partial_days(definition: Definition, *, is_picked: bool = False) -> int:
    """Return the number of days for which answered pages of a survey are kept, 0 for never.

    A survey of a single page has no answered page before it is sent. ``is_picked`` is for a
    question that counts as answered when something is picked, such as that of an NPS widget.
    """
    if not definition.keeps_partials:
        return 0
    paged = is_picked or any(is_page_break(item) for item in definition.questions)
    return get_retention_days() if paged else 0


def _describe() -> str:
    days = get_retention_days()
    if not days:
        return _("This site doesn't allow it (setting SURVEYS_PARTIAL_DAYS).")
    return ngettext(
        "The form says so before the first page. They are kept apart from the responses, for "
        "%(days)d day.",
        "The form says so before the first page. They are kept apart from the responses, for "
        "%(days)d days.",
        days,
    ) % {"days": days}


#: Help text of the editor's switch, with what the site allows at the time of rendering.
describe_partials = lazy(_describe, str)
