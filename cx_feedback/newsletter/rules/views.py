"""Admin views of follow-up rules: the list, the dry run and the ready-made series."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button, HeaderButton
from wagtail.coreutils import get_content_languages
from wagtail.snippets.views.snippets import CreateView

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.permissions import AccessRule
from cx_feedback.newsletter import permissions
from cx_feedback.newsletter.models import FollowUpRule, MailingList
from cx_feedback.newsletter.models.rules import MAX_HELD_BACK, get_trigger_choices
from cx_feedback.newsletter.rules import dry_run, starter_series
from cx_feedback.newsletter.rules.follow_up_eligibility import EligibilityStatus
from cx_feedback.newsletter.views.snippet_views import CardListView, GuardedEditView


class RuleListView(CardListView):
    # In the menu, because beside the title and the search box they would be cut off.
    @cached_property
    def header_more_buttons(self) -> list[Any]:
        names = self.model.snippet_viewset.get_url_name
        buttons = list(super().header_more_buttons)
        if permissions.FOLLOW_UP_RULES.change.is_granted_to(self.request.user):
            url = reverse(names("dry_run"))
            buttons.append(Button(pgettext("newsletter", "Dry run"), url=url, icon_name="view"))
        if permissions.FOLLOW_UP_RULES.add.is_granted_to(self.request.user):
            url = reverse(names("starters"))
            buttons.append(Button(_("Use a ready-made series"), url=url, icon_name="copy"))
        return buttons


class RuleCreateView(CreateView):
    """The form of a new rule; other screens preset its trigger and its control group."""

    def get_initial_form_instance(self) -> FollowUpRule:
        instance = super().get_initial_form_instance() or FollowUpRule()
        trigger = self.request.GET.get("trigger", "")
        if trigger in dict(get_trigger_choices()):
            instance.trigger = trigger
        hold_back = parse_id(self.request.GET.get("hold_back", "")) or 0
        if hold_back <= MAX_HELD_BACK:
            instance.hold_back = hold_back
        return instance


class RuleEditView(GuardedEditView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        url = reverse(self.model.snippet_viewset.get_url_name("dry_run"))
        return [
            HeaderButton(
                pgettext("newsletter", "Dry run"),
                url=f"{url}?rule={self.object.pk}",
                icon_name="view",
            )
        ]


class RuleSubpageView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page next to the list of rules."""

    required_permission: ClassVar[AccessRule] = permissions.FOLLOW_UP_RULES.change
    viewset: Any = None
    page_title = ""
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        index = reverse(self.viewset.get_url_name("list"))
        return get_breadcrumbs(self, (index, pgettext("newsletter", "Follow-up rules")))


class DryRunView(RuleSubpageView):
    """Shows the follow-ups of today, of one rule (``?rule=``) or of all, and those not sent.

    Each that isn't sent is shown with the reason.
    """

    template_name = "cx_feedback/newsletter/admin/dry_run.html"
    header_icon = "view"

    def get_page_title(self) -> str:
        return pgettext("newsletter", "Dry run")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pk = parse_id(self.request.GET.get("rule", ""))
        rule = get_object_or_404(FollowUpRule, pk=pk) if pk else None
        is_simulation = rule is not None and not rule.active
        plan = (
            dry_run.simulate_rule(rule) if rule and is_simulation else dry_run.plan_today(rule=rule)
        )
        return {
            **super().get_context_data(**kwargs),
            "rule": rule,
            "is_simulation": is_simulation,
            "days": dry_run.SIMULATED_DAYS,
            "dry_run": plan,
            "sent_count": plan.count_status(EligibilityStatus.POST),
            "unsent": dry_run.DryRun([]) if is_simulation else dry_run.get_unsent_today(rule=rule),
            "may_see": permissions.VIEW_SUBSCRIPTIONS.is_granted_to(self.request.user),
            "rules": FollowUpRule.objects.order_by("name"),
        }


class StartersView(RuleSubpageView):
    """Shows the ready-made series; creates a rule from one by POST."""

    required_permission = permissions.FOLLOW_UP_RULES.add
    template_name = "cx_feedback/newsletter/admin/starters.html"
    header_icon = "copy"

    def get_page_title(self) -> str:
        return _("Use a ready-made series")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "starters": starter_series.STARTERS,
            "lists": MailingList.objects.order_by("name"),
            "languages": get_content_languages().items(),
            "language": get_language(),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        series = starter_series.get_starter(request.POST.get("series", ""))
        language = request.POST.get("language", "")
        if series is None or language not in get_content_languages():
            raise Http404
        mailing_list = get_object_or_404(MailingList, pk=parse_id(request.POST.get("list", "")))
        rule = starter_series.create_rule_from_starter(
            series, mailing_list=mailing_list, language=language
        )
        messages.success(
            request, _("The series has been created but isn't active yet. Edit its texts first.")
        )
        return redirect(self.viewset.get_url_name("edit"), rule.pk)
