"""The admin list of surveys and NPS widgets: their states, answers and pages."""

import json
from collections.abc import Iterable
from typing import Any

import swapper
from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.forms import RadioSelect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.models import ReferenceIndex, Revision

from cx_feedback.surveys import permissions
from cx_feedback.surveys.flow.quotas import WHOLE_SURVEY
from cx_feedback.surveys.models import Response, Survey, SurveyVersion, Tally
from cx_feedback.surveys.results.thresholds import SHOW_FROM

#: The class of columns that are hidden on narrow screens.
WIDE_COLUMN = "cx-wide"


class SurveyState(TextChoices):
    """The state of a survey as readers experience it."""

    DRAFT = "draft", pgettext_lazy("survey", "Draft")
    SCHEDULED = "scheduled", pgettext_lazy("survey", "Scheduled")
    LIVE = "live", pgettext_lazy("survey", "Live")
    CLOSED = "closed", pgettext_lazy("survey", "Closed")


def annotate_answers(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each survey with ``answered``, the exact number of its responses."""
    folded = Tally.objects.filter(survey_id=OuterRef("pk"), part="", question="", value="")
    rest = Response.objects.counted().filter(survey_id=OuterRef("pk"), folded=False).order_by()
    counted = rest.values("survey_id").annotate(n=Count("pk")).values("n")
    number = BigIntegerField()
    return surveys.annotate(
        answered=Coalesce(Subquery(folded.values("count")[:1], output_field=number), 0)
        + Coalesce(Subquery(counted, output_field=number), 0)
    )


def annotate_last_answer(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each survey with ``last_answer``, the time of its latest response, or None."""
    latest = Response.objects.counted().filter(survey_id=OuterRef("pk")).order_by("-created_at")
    return surveys.annotate(
        last_answer=Subquery(latest.values("created_at")[:1], output_field=DateTimeField())
    )


def annotate_state(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each survey with ``state`` (a value of ``SurveyState``) and ``is_full``.

    Surveys that expired or are full are closed; those that an editor unpublished are drafts again.
    """
    full = SurveyVersion.objects.annotate(places=Cast("full", TextField())).filter(
        survey_id=OuterRef("pk"), current=True, places__contains=json.dumps(WHOLE_SURVEY)
    )
    approved = Revision.objects.filter(
        base_content_type=_get_content_type(),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    now = timezone.now()
    return surveys.annotate(
        is_full=Exists(full),
        state=Case(
            When(live=False, expired=True, then=Value(SurveyState.CLOSED)),
            When(Exists(approved), live=False, then=Value(SurveyState.SCHEDULED)),
            When(live=False, then=Value(SurveyState.DRAFT)),
            When(closes_at__lte=now, then=Value(SurveyState.CLOSED)),
            When(is_full=True, then=Value(SurveyState.CLOSED)),
            When(opens_at__gt=now, then=Value(SurveyState.SCHEDULED)),
            default=Value(SurveyState.LIVE),
            output_field=CharField(),
        ),
    )


def annotate_pages(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each survey with ``on_pages``, the number of pages that show it."""
    pages = (
        _get_references()
        .filter(to_object_id=Cast(OuterRef("pk"), CharField()))
        .order_by()
        .values("to_object_id")
        .annotate(n=Count("object_id", distinct=True))
    )
    return surveys.annotate(on_pages=Coalesce(Subquery(pages.values("n")), 0))


def _get_content_type() -> ContentType:
    """Return the content type of surveys, which Wagtail also uses for models that extend them."""
    return ContentType.objects.get_for_model(Survey)


def _get_references() -> QuerySet[ReferenceIndex]:
    page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page"))
    return ReferenceIndex.objects.filter(
        to_content_type=_get_content_type(), base_content_type=page_type
    )


def get_pages_showing(survey: Survey, user: Any) -> tuple[list[Any], int]:
    """Return the pages with ``survey`` that ``user`` may see, and the number of other pages."""
    found = (
        _get_references().filter(to_object_id=str(survey.pk)).values_list("object_id", flat=True)
    )
    ids = {int(pk) for pk in found}
    if not ids:
        return [], 0
    allowed = permissions.explorable_pages(user).filter(pk__in=ids)
    pages = list(allowed.order_by("draft_title").only("pk", "draft_title", "title"))
    return pages, len(ids) - len(pages)


class SurveyFilterSet(WagtailFilterSet):
    """Filters by state; Wagtail adds the language if there are several."""

    state = ChoiceFilter(
        label=pgettext_lazy("survey", "Status"),
        choices=SurveyState.choices,
        empty_label=pgettext_lazy("survey", "All"),
        widget=RadioSelect,
    )

    class Meta:
        model = Survey
        fields: Iterable[str] = []


class AnswersColumn(Column):
    """The number of answers, linked to the results for those who may see them."""

    cell_template_name = "cx_feedback/surveys/admin/answers_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        if 0 < instance.answered < SHOW_FROM:  # as in all results
            context["value"] = f"< {SHOW_FROM}"
        user, viewset = parent_context["request"].user, type(instance).snippet_viewset
        if permissions.VIEW_RESULTS.is_granted_to(user):
            context["url"] = reverse(viewset.get_url_name("results"), args=[quote(instance.pk)])
        elif permissions.VIEW_RESPONSES.is_granted_to(user):
            name = viewset.get_url_name("results_responses")
            context["url"] = reverse(name, args=[quote(instance.pk)])
        return context


class StateColumn(Column):
    """The state, with its time or reason."""

    cell_template_name = "cx_feedback/surveys/admin/state_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "label": SurveyState(instance.state).label, "now": timezone.now()}


class PagesColumn(Column):
    """The number of pages with the survey, linked to its usage for users who may edit it."""

    cell_template_name = "cx_feedback/surveys/admin/pages_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["n"] = instance.on_pages
        viewset = type(instance).snippet_viewset
        if viewset.model_permissions.change.is_granted_to(parent_context["request"].user):
            context["url"] = reverse(viewset.get_url_name("usage"), args=[quote(instance.pk)])
        return context
