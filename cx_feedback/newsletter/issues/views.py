"""Admin views of issues: editing, testing, scheduling and sending."""

import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateTimeInput, HeaderButton
from wagtail.snippets.views.snippets import EditView

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.edit_conflicts import EditConflictMixin
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.admin.posted_actions import Action, PostedActionsMixin
from cx_feedback.core.pages.site_time import in_own_zone
from cx_feedback.newsletter import permissions, services
from cx_feedback.newsletter.issues.issue_renderer import get_sent_issue, render_public_issue
from cx_feedback.newsletter.models import Issue

#: Up to this probability, a difference between subjects counts as significant.
SIGNIFICANCE_LEVEL = 0.05


class IssueEditView(EditConflictMixin, EditView):
    """The editor of an issue. One that has been sent can't be changed."""

    @cached_property
    def header_buttons(self) -> list[Any]:
        url = reverse(self.model.snippet_viewset.get_url_name("send"), args=[self.object.pk])
        return [HeaderButton(pgettext("newsletter", "Test and send"), url=url, icon_name="mail")]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.state == Issue.State.POSTED and request.method != "POST":
            return redirect(self.model.snippet_viewset.get_url_name("send"), self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def refusal_of(self, stored: Issue) -> str:
        if stored.state == Issue.State.POSTED:
            return _("It has been sent in the meantime and can no longer be changed.")
        return ""


def describe_probability(chance: float | None) -> str:
    """Return a sentence on the probability that a difference between subjects is chance."""
    if chance is None:
        return _("There are too few clicks to compare the subjects.")
    if chance < 0.01:
        return _(
            "The difference is unlikely to be chance: two equally good subjects differ this much "
            "in fewer than 1 of 100 tests."
        )
    sentence = (
        _(
            "The difference is unlikely to be chance: two equally good subjects differ this much "
            "in %(n)d of 100 tests."
        )
        if chance <= SIGNIFICANCE_LEVEL
        else _(
            "The difference may well be chance: two equally good subjects differ at least this "
            "much in %(n)d of 100 tests."
        )
    )
    return sentence % {"n": round(chance * 100)}


class SendForm(forms.Form):
    """The time at which an issue is sent; empty for now."""

    at = forms.DateTimeField(
        label=pgettext_lazy("newsletter", "Goes out at"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=format_lazy("{} {}", gettext_lazy("Leave empty to send now."), in_own_zone()),
    )

    def clean_at(self) -> datetime.datetime | None:
        at: datetime.datetime | None = self.cleaned_data["at"]
        if at is not None and at <= timezone.now():
            raise forms.ValidationError(_("This time is in the past. Leave it empty to send now."))
        return at


class SendView(PermissionCheckMixin, PostedActionsMixin, WagtailAdminTemplateMixin, TemplateView):
    """Shows an issue with its recipients; tests, schedules, sends or unschedules it by POST."""

    required_permission = permissions.ISSUES.change
    viewset: Any = None
    template_name = "cx_feedback/newsletter/admin/issue_send.html"
    header_icon = "mail"
    page_title = ""
    _show_breadcrumbs = True

    @cached_property
    def issue(self) -> Issue:
        rows = Issue.objects.select_related("mailing_list")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def form(self) -> SendForm:
        data = self.request.POST
        return SendForm(data if data.get("do") == "send" else None)

    def get_page_title(self) -> str:
        # Wagtail shows the last breadcrumb as the title, which should name the issue.
        return str(self.issue)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        index = reverse(self.viewset.get_url_name("list"))
        return get_breadcrumbs(self, (index, pgettext("newsletter", "Issues")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posted = self.issue.state == Issue.State.POSTED
        results = services.get_subject_results(self.issue)
        problems = [] if posted else services.find_problems(self.issue)
        return {
            **super().get_context_data(**kwargs),
            "issue": self.issue,
            "form": self.form,
            "problems": problems,
            "count": self.issue.recipients if posted else self._count_recipients(),
            "mailing_url": self._get_mailing_url(),
            "results": results,
            "probability_text": describe_probability(services.get_difference_probability(results)),
            "edit_url": reverse(self.viewset.get_url_name("edit"), args=[self.issue.pk]),
            "parts": get_sent_issue(self.issue)
            if posted
            else None
            if problems
            else render_public_issue(self.issue),
            "media": self.form.media,
        }

    def _get_mailing_url(self) -> str:
        if not permissions.VIEW_MAILINGS.is_granted_to(self.request.user):
            return ""
        return reverse("cx_deliveries:mailing", args=[self.issue.mailing])

    def _count_recipients(self) -> int:
        return services.get_recipients(self.issue).count()

    def get_actions(self) -> dict[str, Action]:
        return {"test": self._send_test, "send": self._schedule, "back": self._unschedule}

    def _send_test(self) -> str:
        address = self.request.POST.get("address", "")
        services.send_test_issue(issue=self.issue, address=address)
        return _("A test was sent to %s.") % address

    def _schedule(self) -> str | None:
        if not self.form.is_valid():
            return None
        issue = services.schedule_issue(issue_id=self.issue.pk, at=self.form.cleaned_data["at"])
        if issue.state == Issue.State.SCHEDULED:
            return pgettext("newsletter", "Scheduled.")
        return ngettext(
            "Sending to %(count)d subscriber.",
            "Sending to %(count)d subscribers.",
            issue.recipients,
        ) % {"count": issue.recipients}

    def _unschedule(self) -> str:
        services.unschedule_issue(issue_id=self.issue.pk)
        return _("It is a draft again.")
