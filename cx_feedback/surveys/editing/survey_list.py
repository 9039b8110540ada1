"""The list of what asks: what state each is in, how much came back, and where it is used."""

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
from cx_feedback.surveys.results.scores import SHOW_FROM


class SurveyState(TextChoices):
    """What readers meet: nothing yet, questions, or the word that it is over."""

    DRAFT = "draft", pgettext_lazy("survey", "Draft")
    SCHEDULED = "scheduled", pgettext_lazy("survey", "Scheduled")
    LIVE = "live", pgettext_lazy("survey", "Live")
    CLOSED = "closed", pgettext_lazy("survey", "Closed")


def annotate_answers(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each survey with ``answered``, the number of its responses, exact now."""
    folded = Tally.objects.filter(survey_id=OuterRef("pk"), part="", question="", value="")
    rest = Response.objects.filter(survey_id=OuterRef("pk"), folded=False).order_by()
    counted = rest.values("survey_id").annotate(n=Count("pk")).values("n")
    number = BigIntegerField()
    return surveys.annotate(
        answered=Coalesce(Subquery(folded.values("count")[:1], output_field=number), 0)
        + Coalesce(Subquery(counted, output_field=number), 0)
    )


def annotate_last_answer(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each survey with ``last_answer``, when the latest response came, or None."""
    latest = Response.objects.filter(survey_id=OuterRef("pk")).order_by("-created_at")
    return surveys.annotate(
        last_answer=Subquery(latest.values("created_at")[:1], output_field=DateTimeField())
    )


def annotate_state(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each survey with ``state`` (a value of ``SurveyState``) and ``is_full``.

    What was published and taken off by its schedule is closed, as is what is full; what an
    editor unpublished is a draft again.
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
    """Return the type under which Wagtail knows surveys, and what other rooms make of them."""
    return ContentType.objects.get_for_model(Survey)


def _get_references() -> QuerySet[ReferenceIndex]:
    page_type = ContentType.objects.get_for_model(swapper.load_model("wagtailcore", "Page"))
    return ReferenceIndex.objects.filter(
        to_content_type=_get_content_type(), base_content_type=page_type
    )


def get_pages_showing(survey: Survey, user: Any) -> tuple[list[Any], int]:
    """Return the pages that show ``survey`` and that ``user`` may find, and how many others do."""
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
    """Filters by state; Wagtail adds the language where there are several."""

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
        if 0 < instance.answered < SHOW_FROM:  # as on every panel
            context["value"] = f"< {SHOW_FROM}"
        if permissions.VIEW_RESULTS.is_granted_to(parent_context["request"].user):
            viewset = type(instance).snippet_viewset
            context["url"] = reverse(viewset.get_url_name("results"), args=[quote(instance.pk)])
        return context


class StateColumn(Column):
    """The state in a word, with what an editor would ask next: since when, until when, why."""

    cell_template_name = "cx_feedback/surveys/admin/state_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "label": SurveyState(instance.state).label, "now": timezone.now()}


class PagesColumn(Column):
    """How many pages show it, linked to all uses for those who may edit it."""

    cell_template_name = "cx_feedback/surveys/admin/pages_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["n"] = instance.on_pages
        viewset = type(instance).snippet_viewset
        if viewset.model_permissions.change.is_granted_to(parent_context["request"].user):
            context["url"] = reverse(viewset.get_url_name("usage"), args=[quote(instance.pk)])
        return context
