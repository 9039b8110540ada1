"""Admin views of mailings: the list, and one mailing with its progress and statistics."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateTimeInput

from cx_feedback.core import conf
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.admin.posted_actions import Action, PostedActionsMixin
from cx_feedback.core.pages.site_time import in_own_zone
from cx_feedback.mail import permissions, selectors, services
from cx_feedback.mail.mailing_kinds import get_mailing_names
from cx_feedback.mail.models import Delivery, Mailing, ServerRefusal
from cx_feedback.mail.services import doubt_limits, server_state
from cx_feedback.mail.stats import link_stats
from cx_feedback.mail.stats.mailing_stats import count_by_mailing, get_mailing_stats
from cx_feedback.mail.stats.progress import MailingProgress, get_progress

PER_PAGE = 50
WEEKS = (1, 2, 4, 8, 12)
State = Delivery.State


class MailingBaseView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """Base of the pages below the list of deliveries."""

    required_permission = permissions.VIEW_MAILINGS
    page_title = ""
    header_icon = "cx-send"
    _show_breadcrumbs = True
    #: Pages between the list of deliveries and this one.
    parent_pages: tuple[tuple[str, Any], ...] = ()

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        parents = [("cx_deliveries:index", pgettext("delivery", "Deliveries")), *self.parent_pages]
        return get_breadcrumbs(self, *((reverse(name), label) for name, label in parents))


class MailingListView(MailingBaseView):
    """The mailings with their progress, followed by one-off emails."""

    template_name = "cx_feedback/mail/mailings.html"

    def get_page_title(self) -> str:
        return pgettext("delivery", "Mailings")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pages = Paginator(Mailing.objects.order_by("-pk"), PER_PAGE)
        page = pages.get_page(self.request.GET.get("p"))
        counts = count_by_mailing(mailing.name for mailing in page)
        names = get_mailing_names(mailing.name for mailing in page)
        index = reverse("cx_deliveries:index")
        return {
            **super().get_context_data(**kwargs),
            "page": page,
            "rows": [
                {
                    "name": names[mailing.name],
                    "url": reverse("cx_deliveries:mailing", args=[mailing.name]),
                    "deliveries_url": f"{index}?{urlencode({'mailing': mailing.name})}",
                    "progress": MailingProgress(mailing, counts[mailing.name]),
                    "undelivered": sum(
                        counts[mailing.name][s] for s in selectors.UNDELIVERED_STATES
                    ),
                }
                for mailing in page
            ],
            "others": selectors.count_one_off_mailings(),
            "index_url": index,
        }


class ScheduleForm(forms.Form):
    """The time at which the remaining emails are sent."""

    at = forms.DateTimeField(
        label=pgettext_lazy("delivery", "Not before"),
        widget=AdminDateTimeInput,
        help_text=in_own_zone(),
    )


class MailingView(PostedActionsMixin, MailingBaseView):
    """A mailing with its progress, actions and statistics.

    The script that refreshes the page requests only its live part.
    """

    post_permission = permissions.CHANGE_DELIVERIES
    template_name = "cx_feedback/mail/mailing.html"
    parent_pages = (("cx_deliveries:mailings", pgettext_lazy("delivery", "Mailings")),)

    @cached_property
    def mailing(self) -> Mailing:
        return get_object_or_404(Mailing, name=self.kwargs["name"])

    @cached_property
    def form(self) -> ScheduleForm:
        data = self.request.POST
        return ScheduleForm(data if data.get("do") == "schedule" else None)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            self.template_name = "cx_feedback/mail/mailing_live.html"
            return self.render_to_response(self._get_live_context())
        return self.render_to_response(self.get_context_data())

    @cached_property
    def may_change(self) -> bool:
        return permissions.CHANGE_DELIVERIES.is_granted_to(self.request.user)

    def get_page_title(self) -> str:
        return get_mailing_names([self.mailing.name])[self.mailing.name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        value = self.request.GET.get("weeks", "")
        weeks = int(value) if value in map(str, WEEKS) else conf.get("LOYALTY_HORIZON_WEEKS")
        figures = get_mailing_stats(mailing=self.mailing.name, weeks=weeks)
        return {
            **super().get_context_data(**kwargs),
            **self._get_live_context(),
            "form": self.form,
            "media": self.form.media,
            "figures": figures,
            "links": link_stats.label_links(figures.by_link),
            "weeks": sorted({*WEEKS, weeks}),
        }

    def _get_live_context(self) -> dict[str, Any]:
        progress = get_progress(self.mailing)
        index = reverse("cx_deliveries:index")
        return {
            "progress": progress,
            "refusal": self._get_refusal(progress),
            "may_change": self.may_change,
            "states": [
                (state.label, progress.counts[state], f"{index}?{self._build_query(state.value)}")
                for state in State
                if progress.counts[state]
            ],
            "in_doubt": progress.counts[State.IN_DOUBT],
            "is_paused_by_doubts": (
                progress.status == "paused" and doubt_limits.is_limit_reached(self.mailing)
            ),
            "failed": progress.counts[State.FAILED],
            "query": urlencode({"mailing": self.mailing.name}),
        }

    def _get_refusal(self, progress: MailingProgress) -> ServerRefusal | None:
        """Return the refusal of the mail server that delays this mailing, if any."""
        if not progress.waiting:
            return None
        return server_state.get_refusal(mailing=self.mailing.name)

    def _build_query(self, state: str) -> str:
        return urlencode({"mailing": self.mailing.name, "state": state})

    def get_actions(self) -> dict[str, Action]:
        return {
            "pause": self._pause_mailing,
            "resume": self._resume_mailing,
            "start": self._start_mailing,
            "schedule": self._schedule_mailing,
            "cancel": self._cancel_mailing,
            "try": self._retry_server,
        }

    def _pause_mailing(self) -> str:
        services.pause_mailing(mailing=self.mailing.name)
        return _("Paused. Nothing more goes out until you resume.")

    def _retry_server(self) -> str:
        services.retry_server_now()
        return _("The mail server will be tried again now.")

    def _resume_mailing(self) -> str:
        services.resume_mailing(mailing=self.mailing.name)
        return pgettext("delivery", "Resumed.")

    def _start_mailing(self) -> str:
        services.schedule_mailing(mailing=self.mailing.name)
        return pgettext("delivery", "Sending now.")

    def _schedule_mailing(self) -> str | None:
        if not self.form.is_valid():
            return None
        at: datetime.datetime = self.form.cleaned_data["at"]
        services.schedule_mailing(mailing=self.mailing.name, at=at)
        return _("The rest is scheduled.")

    def _cancel_mailing(self) -> str:
        count = services.cancel_mailing(mailing=self.mailing.name)
        return ngettext(
            "%(count)d unsent email was cancelled.",
            "%(count)d unsent emails were cancelled.",
            count,
        ) % {"count": count}
