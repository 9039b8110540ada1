"""Editors' actions for a reader at risk, and the evidence from past hold-backs."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.log_actions import log

from cx_feedback.core import signals
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.loyalty.effects.hold_back_evidence import GroupEvidence
from cx_feedback.loyalty.effects.wording import format_points, format_share
from cx_feedback.loyalty.permissions import VIEW_NAMED_READERS
from cx_feedback.loyalty.reports.reader_rows import ReaderRow
from cx_feedback.loyalty.scoring.left_in_peace import leave_in_peace
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.readers.models import Reader

LEFT = "cx_feedback.loyalty.reader.leave"


class LeaveInPeaceView(PermissionCheckMixin, View):
    """``POST``: write nothing to a reader about the present absence."""

    required_permission = VIEW_NAMED_READERS
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reader = get_object_or_404(Reader, pk=pk)
        if leave_in_peace(reader_id=reader.pk):
            title = pgettext("loyalty", "Reader %d") % reader.pk
            log(reader, LEFT, user=request.user, title=title)
            messages.success(
                request, _("They are left in peace until they come back by themselves.")
            )
        else:
            messages.warning(request, _("Nothing was changed: they are not absent any more."))
        return redirect(f"{reverse('cx_loyalty:readers')}?tier={Tier.AT_RISK.value}")


class ActionColumn(Column):
    """The buttons beside a reader at risk; ``form_url`` starts a rule, "" without permission."""

    cell_template_name = "cx_feedback/loyalty/admin/action_cell.html"

    def __init__(self, name: str, *, form_url: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.form_url = form_url

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["csrf_token"] = get_token(parent_context["request"])
        context["form_url"] = self.form_url
        return context


def get_absence_form_url(user: Any) -> str:
    """Return where ``user`` starts a rule for absent readers, "" without permission or room."""
    answers = signals.collect_answers(signals.absence_form_asked, None, user=user)
    return next((str(url) for url in answers), "")


def add_evidence(
    rows: Iterable[ReaderRow], readers: list[Any], evidence: dict[int, GroupEvidence]
) -> list[ReaderRow]:
    """Return rows of readers with what is known of like readers."""
    return [
        replace(
            row,
            evidence=describe_evidence(evidence.get(reader.like)),
            left_in_peace=reader.peace,
        )
        for row, reader in zip(rows, readers, strict=True)
    ]


def describe_evidence(found: GroupEvidence | None) -> str:
    """Return what past hold-backs showed of like readers, in words."""
    if found is None:
        return pgettext("loyalty", "no evidence")
    row = found.row
    return _(
        "%(points)s points; of %(written)d written to %(came)s came back, of %(held)d left "
        "alone %(stayed)s"
    ) % {
        "points": format_points(found.uplift),
        "written": row.written,
        "came": format_share(row.written_returned / row.written),
        "held": row.held,
        "stayed": format_share(row.held_returned / row.held),
    }
