"""The filters of the queue."""

import datetime
import hashlib
from collections.abc import Iterator
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField, ModelChoiceIterator
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.coreutils import get_content_languages

from cx_feedback.comments.models import Comment, Flag, ModerationEvent, State, Thread
from cx_feedback.comments.moderation import spam_findings
from cx_feedback.comments.moderation.queue_rows import match_author
from cx_feedback.comments.moderation.queue_tab_names import ALL, FLAGGED, UNREAD
from cx_feedback.comments.permissions import get_scope
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.http.parameters import parse_page_id
from cx_feedback.core.pages import sections

#: Pages in the filter, those with the newest threads. Others can be chosen by "only this page".
MAX_PAGES = 200
#: Seconds for which the options of a filter are cached.
OPTIONS_SECONDS = 60
AGES = {
    "last-day": ("gte", 1, pgettext_lazy("comment", "Within a day")),
    "last-week": ("gte", 7, pgettext_lazy("comment", "Within a week")),
    "day": ("lt", 1, _("Older than a day")),
    "week": ("lt", 7, _("Older than a week")),
}


def _get_pages(request: Any) -> QuerySet[Any]:
    """Return the pages to choose from, including the current one."""
    mine = get_scope(request.user).pages()
    newest = Thread.objects.filter(page__in=mine).order_by("-pk").values("page")[:MAX_PAGES]
    current = parse_page_id(request.GET.get("page", ""))
    return mine.filter(Q(pk__in=newest) | Q(pk=current)).order_by("title")


def _get_sections(request: Any) -> QuerySet[Any]:
    mine = get_scope(request.user).pages()
    return sections.get_all_sections().filter(pk__in=mine.values("pk"))


class CachedOptions(ModelChoiceIterator):
    """The options of a filter, read from the database once in ``OPTIONS_SECONDS``."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        # The query names the pages that the moderator may see.
        text = f"{get_language()} {self.queryset.query}"
        key = f"cx:comments:options:{hashlib.sha256(text.encode()).hexdigest()}"
        found: list[tuple[str, str]] | None = cache.get(key)
        if found is None:
            found = [(str(value), str(label)) for value, label in super().__iter__()]
            cache.set(key, found, OPTIONS_SECONDS)
        return iter(found)


class CachedChoiceField(ModelChoiceField):
    """A choice of pages whose options are cached; what is chosen is looked up."""

    iterator = CachedOptions


class CachedPageFilter(django_filters.ModelChoiceFilter):
    """A filter by a page."""

    field_class = CachedChoiceField


class QueueFilterSet(WagtailFilterSet):
    """The filters besides the search. The state is applied by the view, which counts all states."""

    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "State"),
        choices=[
            *((s.value, s.label) for s in State if s != State.AWAITING),
            (FLAGGED, pgettext_lazy("comment", "Reported")),
            (UNREAD, pgettext_lazy("comment", "Needs review")),
            (ALL, pgettext_lazy("comment", "All")),
        ],
        empty_label=None,
        initial=State.PENDING,
        method="keep_all",
    )
    page = CachedPageFilter(
        label=pgettext_lazy("comment", "Page"), field_name="thread__page", queryset=_get_pages
    )
    section = CachedPageFilter(
        label=pgettext_lazy("comment", "Section"), queryset=_get_sections, method="filter_section"
    )
    author = django_filters.CharFilter(
        label=pgettext_lazy("comment", "Author"),
        method="filter_author",
        help_text=pgettext_lazy("comment", "Name or email"),
    )
    flag = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "Reported as"),
        choices=Flag.Reason.choices,
        method="filter_flag",
    )
    signal = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "Signal"),
        choices=lambda: spam_findings.get_scorer_choices(),
        method="filter_scorer",
    )
    reason = django_filters.CharFilter(
        label=pgettext_lazy("comment", "Reason"),
        method="filter_reason",
        help_text=_("Text in the reason given for the decision"),
    )
    language = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "Language"), choices=lambda: get_content_languages().items()
    )
    age = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "Age"),
        choices=[(value, label) for value, (_by, _days, label) in AGES.items()],
        method="filter_age",
    )
    created_at = django_filters.DateFromToRangeFilter(
        label=pgettext_lazy("comment", "Written"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Comment
        fields: ClassVar[list[str]] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        # The tabs show the state, so it isn't listed among the active filters.
        self.form.fields["state"].initial = (data or {}).get("state")

    def keep_all(self, queryset: QuerySet[Comment], name: str, value: str) -> QuerySet[Comment]:
        return queryset

    def filter_section(
        self, queryset: QuerySet[Comment], name: str, value: Any
    ) -> QuerySet[Comment]:
        return queryset.filter(thread__page__path__startswith=value.path)

    def filter_author(
        self, queryset: QuerySet[Comment], name: str, value: str
    ) -> QuerySet[Comment]:
        return queryset.filter(match_author(value))

    def filter_flag(self, queryset: QuerySet[Comment], name: str, value: str) -> QuerySet[Comment]:
        flags = Flag.objects.filter(comment=OuterRef("pk"), reason=value)
        return queryset.filter(Exists(flags))

    def filter_reason(
        self, queryset: QuerySet[Comment], name: str, value: str
    ) -> QuerySet[Comment]:
        events = ModerationEvent.objects.filter(
            comment=OuterRef("pk"), reason__icontains=value, undone=False
        )
        return queryset.filter(Exists(events))

    def filter_scorer(
        self, queryset: QuerySet[Comment], name: str, value: str
    ) -> QuerySet[Comment]:
        # SQLite can't query lists of JSON objects, but both databases format them alike.
        words = Cast("spam_findings", TextField())
        return queryset.alias(found=words).filter(Q(found__contains=f'"scorer": "{value}"'))

    def filter_age(self, queryset: QuerySet[Comment], name: str, value: str) -> QuerySet[Comment]:
        by, days, _label = AGES[value]
        border = timezone.now() - datetime.timedelta(days=days)
        return queryset.filter(**{f"created_at__{by}": border})
