"""The base view of results pages in the admin."""

from typing import Any, ClassVar

import swapper
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.permissions import AccessRule
from cx_feedback.surveys import permissions, selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results.thresholds import SHOW_FROM


class ResultsView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """The base of results pages; the viewset sets the names of other pages."""

    required_permission: ClassVar[AccessRule] = permissions.VIEW_RESULTS
    viewset: Any = None
    index_url_name = edit_url_name = usage_url_name = ""
    header_icon = "table"
    page_title = pgettext_lazy("survey", "Results")
    #: The label of the block that is suggested for surveys without answers.
    block_label: ClassVar[Any] = ""

    @cached_property
    def object(self) -> Any:
        """Return the survey; raises Http404."""
        # Not the viewset's queryset, which is annotated for the list.
        kind = Survey.NPS if self.viewset.model is not Survey else Survey.SURVEY
        pk = self.kwargs["pk"]
        found = selectors.get_survey_with_definition(self.viewset.model, pk=pk, kind=kind)
        if found is None:
            raise Http404
        return found

    @cached_property
    def family(self) -> list[int]:
        """Return the ids of the survey and its translations."""
        return selectors.get_family_ids(self.object)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> Any:
        index = (reverse(self.index_url_name), self.viewset.model._meta.verbose_name_plural)
        edit = (reverse(self.edit_url_name, args=[self.object.pk]), str(self.object))
        return get_breadcrumbs(self, index, edit, sublabel=str(self.object))

    @property
    def header_buttons(self) -> list[Any]:
        edit = reverse(self.edit_url_name, args=[self.object.pk])
        return [HeaderButton(pgettext("survey", "Edit"), url=edit, icon_name="edit")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "object": self.object,
            "block_label": self.block_label,
            "edit_url": reverse(self.edit_url_name, args=[self.object.pk]),
            "usage_url": reverse(self.usage_url_name, args=[self.object.pk]),
            "show_from": SHOW_FROM,
            "together": len(self.family) > 1,
        }


def get_pages_of_texts(texts: Any) -> dict[int, Any]:
    """Return the pages on which these texts were written by id; one query."""
    ids = {text.page_id for text in texts if text.page_id}
    return swapper.load_model("wagtailcore", "Page").objects.in_bulk(ids) if ids else {}
