"""The history of a reader. Every view of it is recorded in the audit log."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import pgettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from cx_feedback.core.http.parameters import parse_moment
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.permissions import VIEW_NAMED_READERS
from cx_feedback.loyalty.reports import segment_readers
from cx_feedback.loyalty.reports.reader_rows import build_row
from cx_feedback.loyalty.reports.reader_timeline import fold_visits, get_timeline
from cx_feedback.loyalty.views.base import LoyaltyTemplateView
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_period_length

VIEWED = "cx_feedback.loyalty.reader.view"
#: Number of earlier views by staff that are shown.
LOOKS = 10


class ReaderView(LoyaltyTemplateView):
    """The timeline of a reader."""

    required_permission = VIEW_NAMED_READERS
    template_name = "cx_feedback/loyalty/admin/reader.html"
    tab = "readers"

    def get_page_title(self) -> str:
        return str(self.reader)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.reader = get_object_or_404(Reader, pk=kwargs["pk"])
        # The label in the log must not keep an address after the erasure of the reader.
        title = pgettext("loyalty", "Reader %d") % self.reader.pk
        looks = ModelLogEntry.objects.for_instance(self.reader).filter(action=VIEWED)
        earlier = list(looks.select_related("user")[:LOOKS])
        log(self.reader, VIEWED, user=self.request.user, title=title)
        fit = selectors.get_newest_fit()
        line = get_timeline(self.reader, before=parse_moment(self.request.GET.get("before", "")))
        [member] = segment_readers.get_members([self.reader], fit)
        return {
            **super().get_context_data(**kwargs),
            "reader": self.reader,
            "fit": fit,
            "weekly": get_period_length() > 1,
            "row": build_row(member, named=True),
            "line": line,
            "entries": fold_visits(line.entries),
            "looks": earlier,
        }
