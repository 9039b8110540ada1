"""A list of readers by tier or attitude group, and its export."""

from collections.abc import Iterator
from typing import Any, ClassVar

import django_filters
from django.db.models import F, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.log_actions import log

from cx_feedback.core.admin.export_views import TableExportMixin
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.effects.hold_back_evidence import (
    GroupEvidence,
    get_evidence,
    with_evidence,
)
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.permissions import VIEW_READER
from cx_feedback.loyalty.reports import segment_readers
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup
from cx_feedback.loyalty.reports.reader_rows import ReaderRow, build_row
from cx_feedback.loyalty.reports.rfv import Level, filter_by_level, with_rfv
from cx_feedback.loyalty.scoring.left_in_peace import with_peace
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.loyalty.views.at_risk_actions import (
    ActionColumn,
    add_evidence,
    get_absence_form_url,
)
from cx_feedback.loyalty.views.base import LoyaltyViewMixin
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_period_length

EXPORTED = "cx_feedback.loyalty.readers.export"


class SegmentFilterSet(WagtailFilterSet):
    tier = django_filters.ChoiceFilter(label=pgettext_lazy("loyalty", "Tier"), choices=Tier.choices)
    field = django_filters.ChoiceFilter(
        label=pgettext_lazy("loyalty", "Attitude group"),
        choices=AttitudeGroup.choices,
        method="of_field",
    )

    rfv = django_filters.ChoiceFilter(label="RFV", choices=Level.choices, method="of_level")

    class Meta:
        model = Reader
        fields: ClassVar[list[str]] = ["tier"]

    def of_field(self, readers: QuerySet[Reader], name: str, value: str) -> QuerySet[Reader]:
        return segment_readers.filter_by_attitude(readers, value)

    def of_level(self, readers: QuerySet[Reader], name: str, value: str) -> QuerySet[Reader]:
        return filter_by_level(readers, value)


class LabelledColumn(Column):
    """A column whose cells carry their label, for phones without a table head."""

    cell_template_name = "cx_feedback/loyalty/admin/cell.html"


class ReadersView(LoyaltyViewMixin, TableExportMixin, BaseListingView):
    """Lists readers: all, of a tier, of an attitude group, or found by name.

    Users without permission to view readers see only those at risk, without names.
    """

    template_name = "cx_feedback/loyalty/admin/readers.html"
    results_template_name = "cx_feedback/loyalty/admin/readers_results.html"
    tab = "readers"
    paginate_by = 25
    index_url_name = "cx_loyalty:readers"
    index_results_url_name = "cx_loyalty:readers_results"
    search_fields: ClassVar[list[str]] = ["email", "external_id"]
    search_backend_name = None
    export_filename = "readers"

    @cached_property
    def named(self) -> bool:
        """Return whether the user may view readers."""
        return VIEW_READER.is_granted_to(self.request.user)

    @cached_property
    def fit(self) -> Fit | None:
        return selectors.get_newest_fit()

    @cached_property
    def tier(self) -> str:
        """Return the requested tier, always "at risk" without permission to view readers."""
        return self.request.GET.get("tier", "") if self.named else str(Tier.AT_RISK)

    @property
    def is_searchable(self) -> bool:
        return self.named

    @cached_property
    def filterset_class(self) -> Any:
        return SegmentFilterSet if self.named else None

    def get_page_title(self) -> str:
        return (
            pgettext("loyalty", "Readers at risk")
            if self.tier == Tier.AT_RISK
            else pgettext("loyalty", "Readers")
        )

    @cached_property
    def columns(self) -> list[Column]:
        title: Column = Column("name", label=pgettext("loyalty", "Reader"), classname="cx-segment")
        if self.named:
            title = TitleColumn(
                "name",
                label=pgettext("loyalty", "Reader"),
                get_url=_get_reader_url,
                classname="cx-segment",
            )
        tier = [] if self.tier else [LabelledColumn("tier", label=pgettext("loyalty", "Tier"))]
        return [
            title,
            *tier,
            LabelledColumn("score_shown", label=pgettext("loyalty", "Score"), sort_key="p"),
            LabelledColumn("reason", label=pgettext("loyalty", "Why"), classname="cx-segment__why"),
            LabelledColumn(
                "last_shown", label=pgettext("loyalty", "Last visit"), sort_key="last_day"
            ),
            LabelledColumn(
                "rfv_shown", label="RFV", sort_key="rfv", classname="cx-segment__figures"
            ),
            *self._frequency,
            LabelledColumn("said", label=pgettext("loyalty", "Last answer")),
            *self._risk_columns,
        ]

    @property
    def _risk_columns(self) -> list[Column]:
        """Return what is known of like readers and what can be done, of readers at risk."""
        if self.tier != Tier.AT_RISK:
            return []
        label = pgettext("loyalty", "Writing to like readers")
        known: list[Column] = [
            LabelledColumn(
                "evidence", label=label, sort_key="uplift", classname="cx-segment__evidence"
            )
        ]
        if not self.named:
            return known
        url = get_absence_form_url(self.request.user)
        return [*known, ActionColumn("actions", label=_("What to do"), form_url=url)]

    @cached_property
    def evidence(self) -> dict[int, GroupEvidence]:
        return get_evidence() if self.tier == Tier.AT_RISK else {}

    @cached_property
    def default_ordering(self) -> str:
        """Return the order by what past hold-backs showed, where they did."""
        return "-uplift" if self.evidence else "-active_periods"

    @property
    def _frequency(self) -> list[Column]:
        """Return the columns of weeks, unless a period is a day, and days with a visit.

        The list of readers at risk has none, since it has to have room for what can be done.
        """
        if self.tier == Tier.AT_RISK:
            return []
        days = LabelledColumn("visit_days", label=_("Days with a visit"))
        if get_period_length() == 1:
            return [days]
        weeks = LabelledColumn(
            "active_periods", label=_("Weeks with a visit"), sort_key="active_periods"
        )
        return [weeks, days]

    def get_valid_orderings(self) -> list[str]:
        keys = ("p", "last_day", "active_periods", "rfv", "uplift")
        return [*keys, *(f"-{key}" for key in keys)]

    def get_base_queryset(self) -> QuerySet[Reader]:
        tier = "" if self.named else self.tier
        return segment_readers.get_segment(tier=tier, fit=self.fit)

    def order_queryset(self, queryset: QuerySet[Reader]) -> QuerySet[Reader]:
        if self.ordering in ("p", "-p"):
            queryset = segment_readers.order_by_probability(
                queryset, least_first=self.ordering == "p"
            )
            if self.tier == Tier.AT_RISK:
                queryset = with_peace(with_evidence(queryset, self.evidence))
            return queryset
        if self.ordering in ("rfv", "-rfv"):
            queryset = with_rfv(queryset)
        if self.tier != Tier.AT_RISK:
            return queryset.order_by(self._known_ordering, "-last_day", "pk")
        queryset = with_peace(with_evidence(queryset, self.evidence))
        ordering: Any = self._known_ordering
        if ordering.endswith("uplift"):
            uplift = F("uplift")
            ordering = uplift.asc(nulls_last=True)
            if self._known_ordering == "-uplift":
                ordering = uplift.desc(nulls_last=True)
        annotated: Any = queryset
        found: QuerySet[Reader] = annotated.order_by(
            "peace", ordering, "-active_periods", "-last_day", "pk"
        )
        return found

    @property
    def _known_ordering(self) -> str:
        """Return the ordering; readers who aren't at risk have none by evidence."""
        if self.tier != Tier.AT_RISK and self.ordering.endswith("uplift"):
            return "-active_periods"
        return str(self.ordering)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        readers = list(context["object_list"])
        rows = [
            build_row(m, named=self.named) for m in segment_readers.get_members(readers, self.fit)
        ]
        if rows and hasattr(readers[0], "peace"):
            rows = add_evidence(rows, readers, self.evidence)
        context["object_list"] = rows
        context["table"] = self.get_table(rows)
        return {
            **context,
            "at_risk": self.tier == Tier.AT_RISK,
            "fit": self.fit,
            "evidence": self.evidence,
        }

    @cached_property
    def list_export(self) -> list[str]:
        """Return the columns of the export; those that identify readers only with permission."""
        figures = [
            "tier", "reason", "score", "p_return", "last_day", "recency_days", "active_periods",
            "visit_days", "rfv", "rfv_recency", "rfv_frequency", "rfv_volume", "language",
            "nps_score", "nps_class", "emotion", "emotional_value", "csat", "ces",
        ]  # fmt: skip
        return ["pk", "email", "external_id", *figures] if self.named else figures

    @cached_property
    def export_headings(self) -> dict[str, str]:
        """Return stable column names, for programs."""
        return {name: "reader" if name == "pk" else name for name in self.list_export}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        readers = self.get_queryset()
        data = {"rows": readers.count(), "named": self.named, "asked": request.GET.dict()}
        # Names can be exported before the first scoring, too.
        log(self.fit or request.user, EXPORTED, user=request.user, data=data)
        response: HttpResponseBase = self.as_spreadsheet(
            self._exported(readers), request.GET["export"]
        )
        return response

    def _exported(self, readers: QuerySet[Reader]) -> Iterator[ReaderRow]:
        for member in segment_readers.iter_members(readers, self.fit):
            yield build_row(member, named=self.named)


def _get_reader_url(row: ReaderRow) -> str:
    return reverse("cx_loyalty:reader", args=[row.pk])
