"""Cross-tabs as they may be shown (``disclosure``, rule 6)."""

from dataclasses import replace

from django.db.models import Q
from django.utils.translation import pgettext

from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results.crosstab import CrossTab, Side, build_crosstab
from cx_feedback.surveys.results.disclosure import find_withheld, is_safe_table
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.subsets import select_subset
from cx_feedback.surveys.results.thresholds import SHOW_FROM

#: The value of the row or column into which rare ones are merged.
TOGETHER = "\0together"


def get_crosstab(*, survey: Survey, rows: str, columns: str, filters: Filters) -> CrossTab | None:
    """Return the cross-tab of two questions as it may be shown, None if it may not.

    Raises InvalidInput as ``build_crosstab`` does. One query reads the answers, and another for
    each filter.
    """
    if not filters:
        return _hide_rare_lines(build_crosstab(survey=survey, rows=rows, columns=columns))
    subset = select_subset(survey, filters)
    if not subset.open:
        return None
    responses, conditions = subset.responses()
    found = build_crosstab(
        survey=survey, rows=rows, columns=columns, responses=responses.filter(*conditions)
    )
    wider = [conditions[:n] + conditions[n + 1 :] for n in range(len(conditions))]
    around = [
        build_crosstab(
            survey=survey, rows=rows, columns=columns, responses=responses.filter(Q(*others))
        )
        for others in wider
    ]
    if found.n < SHOW_FROM or not all(is_safe_table(t.counts) for t in [found, *around]):
        return None
    return found


def _hide_rare_lines(table: CrossTab) -> CrossTab | None:
    by_row = _merge_lines(table.rows, table.counts, table.row_totals)
    turned = tuple(zip(*by_row[1], strict=True))
    side, counts = _merge_lines(table.columns, turned, tuple(sum(c) for c in turned))
    few = table.n < SHOW_FROM or len(by_row[0].values) < 2 or len(side.values) < 2
    if few:
        return None
    return replace(table, rows=by_row[0], columns=side, counts=tuple(zip(*counts, strict=True)))


def _merge_lines(
    side: Side, lines: tuple[tuple[int, ...], ...], totals: tuple[int, ...]
) -> tuple[Side, tuple[tuple[int, ...], ...]]:
    """Merge the lines that may not be shown by themselves into one at the end."""
    hidden = find_withheld(dict(zip(side.values, totals, strict=True)))
    if not hidden:
        return side, lines
    kept = [n for n, value in enumerate(side.values) if value not in hidden]
    rest = [lines[n] for n, value in enumerate(side.values) if value in hidden]
    return (
        Side(
            side.question,
            (*(side.values[n] for n in kept), TOGETHER),
            (*(side.labels[n] for n in kept), pgettext("survey", "Rare answers, together")),
        ),
        (*(lines[n] for n in kept), tuple(map(sum, zip(*rest, strict=True)))),
    )
