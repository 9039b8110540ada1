"""Edit views of surveys and NPS widgets: effects of publishing, and restoring."""

from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import EditView

from cx_feedback.core.admin.edit_conflicts import EditConflictMixin
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.errors import NotFound
from cx_feedback.surveys import permissions
from cx_feedback.surveys.editing.anonymity_change import find_anonymity_change
from cx_feedback.surveys.editing.meaning_changes import find_changes
from cx_feedback.surveys.editing.readers_answering import MINUTES, count_readers_answering
from cx_feedback.surveys.editing.restore import find_retired, restore_question
from cx_feedback.surveys.editing.survey_list import get_pages_showing
from cx_feedback.surveys.results.thresholds import SHOW_FROM

#: The field with which an editor confirms that questions start again.
CONFIRM = "cx-start-again"
#: The field with which an editor confirms that a survey becomes anonymous or stops being so.
CONFIRM_ANONYMITY = "cx-anonymity"
#: Pages that are named above the form; the usage page lists all.
MAX_PAGES = 5


class BaseSurveyEditView(EditConflictMixin, EditView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        viewset, args = self.model.snippet_viewset, [quote(self.object.pk)]
        link = HeaderButton(
            pgettext("survey", "Link and QR code"),
            url=reverse(viewset.get_url_name("link"), args=args),
            icon_name="link",
        )
        if not permissions.VIEW_RESULTS.is_granted_to(self.request.user):
            return [link]
        url = reverse(viewset.get_url_name("results"), args=args)
        return [HeaderButton(pgettext("survey", "Results"), url=url, icon_name="table"), link]

    def publish_action(self) -> Any:
        """Publish, unless the effects on existing answers must be confirmed and are not.

        These are questions that start again, and readers who are no longer stored, or are stored
        again. The draft is then saved, and the page describes the effects of publishing.
        """
        changes, posted = find_changes(self.object), self.request.POST
        anonymity = find_anonymity_change(self.object)
        if (changes.anew and posted.get(CONFIRM) != changes.token) or (
            anonymity.token and posted.get(CONFIRM_ANONYMITY) != anonymity.token
        ):
            messages.warning(
                self.request,
                _("Saved as a draft. Before you publish, read what will change."),
            )
            return redirect(self.get_edit_url())
        return super().publish_action()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        pages, others = get_pages_showing(self.object, self.request.user)
        return {
            **context,
            "on_pages": pages[:MAX_PAGES],
            "other_pages": others + len(pages[MAX_PAGES:]),
            "usage_url": self.get_usage_url(),
            "block_label": self.model.snippet_viewset.results_view_class.block_label,
            "changes": find_changes(self.object),
            "answering": count_readers_answering(self.object) if self.object.live else 0,
            "answering_minutes": MINUTES,
            "may_see_numbers": permissions.VIEW_RESULTS.is_granted_to(self.request.user),
            "show_from": SHOW_FROM,
            "confirm_name": CONFIRM,
            "anonymity": find_anonymity_change(self.object),
            "confirm_anonymity_name": CONFIRM_ANONYMITY,
        }


class SurveyEditView(BaseSurveyEditView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        url_name = self.model.snippet_viewset.get_url_name("restore")
        return {
            **context,
            "retired": find_retired(self.object),
            "may_restore": not context.get("locked_for_user"),
            "restore_url": reverse(url_name, args=[quote(self.object.pk)]),
        }


class RestoreView(PermissionCheckMixin, View):
    """``POST question=…&item=…``: restore a retired question or choice in a new draft."""

    required_permission = permissions.SURVEYS.change
    viewset: Any = None
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        survey = get_object_or_404(self.viewset.model, pk=pk)
        lock = survey.get_lock()
        if lock is not None and lock.for_user(request.user):
            raise PermissionDenied
        question, item = request.POST.get("question", ""), request.POST.get("item", "")
        try:
            restore_question(survey=survey, question=question, item=item, user=request.user)
        except NotFound as error:
            messages.error(request, error.detail)
        else:
            messages.success(
                request, _("Restored to the draft with its answers. Publish to apply.")
            )
        return redirect(self.viewset.get_url_name("edit"), pk)
