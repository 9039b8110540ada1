"""A cross-tab as a heat map, and the result of its test in words."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.core.admin.charts import draw_heat_map
from cx_feedback.core.text.number_format import format_decimal
from cx_feedback.surveys.results.charts import format_rounded
from cx_feedback.surveys.results.crosstab import Association, CrossTab


def draw_crosstab(table: CrossTab) -> SafeString:
    """Draw a cross-tab with the share of each column within its row."""
    totals = table.row_totals
    labels = [f"{label} (n = {n})" for label, n in zip(table.rows.labels, totals, strict=True)]
    shares: list[list[float | None]] = [
        [100 * n / total if total else None for n in row]
        for row, total in zip(table.counts, totals, strict=True)
    ]
    return draw_heat_map(_("Share within each row"), labels, table.columns.labels, shares, "%")


def describe_association(found: Association | None) -> list[str]:
    """Return the result of the test in words, then in figures."""
    if found is None:
        return []
    strengths = {
        "negligible": pgettext("survey", "negligible"),
        "small": pgettext("survey", "small"),
        "medium": pgettext("survey", "medium"),
        "large": pgettext("survey", "large"),
    }
    said = (
        _("The two answers are related; the effect is %(strength)s.")
        if found.significant
        else _("The data doesn't show that the two answers are related.")
    ) % {"strength": strengths[found.strength]}
    p = (
        pgettext("survey", "under %(p)s") % {"p": format_decimal(0.001, 3)}
        if found.p < 0.001
        else format_rounded(found.p, 3)
    )
    figures = ngettext(
        "Chi-square %(chi)s with %(df)d degree of freedom, p %(p)s; Cramér's V %(v)s.",
        "Chi-square %(chi)s with %(df)d degrees of freedom, p %(p)s; Cramér's V %(v)s.",
        found.degrees,
    ) % {
        "chi": format_rounded(found.chi_square, 1),
        "df": found.degrees,
        "p": p,
        "v": format_rounded(found.v, 2),
    }
    words = [said, figures]
    if found.thin:
        words.append(
            ngettext(
                "Caution: %(thin)d of %(cells)d cells has an expected count below 5, "
                "too few for this test.",
                "Caution: %(thin)d of %(cells)d cells have an expected count below 5, "
                "too few for this test.",
                found.thin,
            )
            % {"thin": found.thin, "cells": found.cells}
        )
    return words
