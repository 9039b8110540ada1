"""How moderators narrow the queue."""

from typing import Any, ClassVar

import django_filters
import swapper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from cx_feedback.comments.models import Comment, State, Thread

ALL = "all"


def _pages_with_comments(request: Any) -> QuerySet[Any]:
    pages = swapper.load_model("wagtailcore", "Page").objects
    return pages.filter(pk__in=Thread.objects.values("page")).order_by("title")


class QueueFilterSet(WagtailFilterSet):
    """State, page, day and language. The view itself applies the state, to count the others."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[*State.choices, (ALL, _("All"))],
        empty_label=None,
        initial=State.PENDING,
        widget=forms.RadioSelect,
        method="leave_to_the_view",
    )
    page = django_filters.ModelChoiceFilter(
        label=_("Page"), field_name="thread__page", queryset=_pages_with_comments
    )
    created_at = django_filters.DateFromToRangeFilter(
        label=_("Written"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Comment
        fields: ClassVar[list[str]] = []

    def leave_to_the_view(
        self, queryset: QuerySet[Comment], name: str, value: str
    ) -> QuerySet[Comment]:
        return queryset
