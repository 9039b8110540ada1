"""Deleting surveys and NPS widgets, after a warning with the number of answers."""

from typing import Any

from django.utils.functional import classproperty
from django.utils.translation import ngettext
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models
from wagtail.snippets.views.snippets import DeleteView

from cx_feedback.surveys.models import PartialResponse, Response, Survey


def get_deletion_warnings(surveys: list[Survey]) -> list[str]:
    """Return the warnings about answers that are lost: sent ones, and those of unfinished ones."""
    ids = [survey.pk for survey in surveys]
    found = []
    if sent := Response.objects.filter(survey_id__in=ids).count():
        words = ngettext(
            "%(n)d answer will be deleted too. This can't be undone. "
            "To keep it, unpublish the survey instead.",
            "%(n)d answers will be deleted too. This can't be undone. "
            "To keep them, unpublish the survey instead.",
            sent,
        )
        found.append(words % {"n": sent})
    if unfinished := PartialResponse.objects.filter(survey_id__in=ids, sent=False).count():
        words = ngettext(
            "The answered pages of %(n)d reader who has not finished will be deleted too.",
            "The answered pages of %(n)d readers who have not finished will be deleted too.",
            unfinished,
        )
        found.append(words % {"n": unfinished})
    return found


class SurveyDeleteView(DeleteView):
    template_name = "cx_feedback/surveys/admin/confirm_delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "warnings": get_deletion_warnings([self.object])}


class SurveyDeleteBulkAction(DeleteBulkAction):
    """Replaces Wagtail's bulk action for surveys and the models that extend them."""

    template_name = "cx_feedback/surveys/admin/confirm_bulk_delete.html"

    @classproperty
    def models(cls) -> list[type[Survey]]:
        return [model for model in get_snippet_models() if issubclass(model, Survey)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        surveys = [one["item"] for one in context["items"]]
        return {**context, "warnings": get_deletion_warnings(surveys)}
