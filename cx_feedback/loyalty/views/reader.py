"""One reader: what happened with them, told to those with the right, who are remembered."""

import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import pgettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.permissions import may_name_readers, may_see_loyalty
from cx_feedback.loyalty.reports import segments
from cx_feedback.loyalty.reports.reader_rows import row_of
from cx_feedback.loyalty.reports.timeline import fold_visits, timeline
from cx_feedback.loyalty.views.base import Screen
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import length

VIEWED = "cx_loyalty.reader_viewed"
#: Looks of staff shown.
LOOKS = 10


class ReaderView(Screen):
    """The time line of one reader."""

    template_name = "cx_feedback/loyalty/admin/reader.html"
    tab = "readers"

    def may_see(self, user: Any) -> bool:
        return may_see_loyalty(user) and may_name_readers(user)

    def get_page_title(self) -> str:
        return str(self.reader)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.reader = get_object_or_404(Reader, pk=kwargs["pk"])
        # The label must not keep an address beyond the person's erasure.
        title = pgettext("loyalty", "Reader %d") % self.reader.pk
        looks = ModelLogEntry.objects.for_instance(self.reader).filter(action=VIEWED)
        earlier = list(looks.select_related("user")[:LOOKS])
        log(self.reader, VIEWED, user=self.request.user, title=title)
        fit = selectors.newest_fit()
        line = timeline(self.reader, before=_moment(self.request.GET.get("before", "")))
        [member] = segments.members([self.reader], fit)
        return {
            **super().get_context_data(**kwargs),
            "reader": self.reader,
            "fit": fit,
            "weekly": length() > 1,
            "row": row_of(member, named=True),
            "line": line,
            "entries": fold_visits(line.entries),
            "looks": earlier,
        }


def _moment(text: str) -> datetime.datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is None or timezone.is_aware(found) else timezone.make_aware(found)
