"""The screen of the accuracy of the spam detection, with the daily sample to check."""

from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.comments import services
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.queue_rows import build_rows
from cx_feedback.comments.moderation.spam_accuracy import measure_spam_figures
from cx_feedback.comments.moderation.spam_findings import describe_promise
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs

#: Comments of the sample that are shown at once.
MAX_SHOWN = 20


class SpamView(ModeratorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """The promise, what was measured, the spam that got through, and the sample to check."""

    template_name = "cx_feedback/comments/admin/spam.html"
    page_title = pgettext_lazy("comment", "Spam detection")
    header_icon = "cx-gauge"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        queue = (reverse("cx_comments:queue"), pgettext("comment", "Comments"))
        return get_breadcrumbs(self, queue)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = self.scope.comments()
        sample = services.get_open_sample(mine).select_related("thread__page", "parent", "user")
        return {
            **super().get_context_data(**kwargs),
            "promise": describe_promise(),
            "figures": measure_spam_figures(mine),
            "rows": build_rows(list(sample[:MAX_SHOWN]), mine),
            "here": self.request.path,
        }
