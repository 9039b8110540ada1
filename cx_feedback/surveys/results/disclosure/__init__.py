"""Disclosure control: the figures that may be shown without revealing a single reader.

The aim: nobody can learn the size or the answers of a group of few readers, however filters
describe it, neither from one page of results nor by adding and subtracting any number of pages.
*Few* are at least one and fewer than ``thresholds.SHOW_FROM``, *enough* are that many or more.
This holds for everybody who looks, superusers too. Counts stay exact: a figure is shown or
withheld, never blurred. ``tests/surveys/results/test_attack.py`` collects everything that is
shown of generated readers and derives by linear algebra all that follows from it.

The rules for results under filters (days, page, section, language, NPS class, answers):

1. **The smallest group.** A group of few readers is not shown.
2. **The remainder.** The classes of a filter (all pages, all languages, all values of an answer)
   form a column that adds up to the results without that filter. Classes of few are withheld. If
   all withheld classes together are still few readers, the smallest other class is withheld too
   (``find_withheld``): otherwise, subtracting the shown classes from the sum would reveal them.
   Two or more filters span a table whose cells add up along every side. Withholding one line does
   not protect a cell of few there, because its value follows from the other sums. So whole rows
   are merged until no cell has few readers, namely rows of the filter for which this leaves
   most readers in rows of their own (``merge_small_cells``). Results are shown only if the group is
   a cell of its own in the table of its filters and in the tables of any subset of them
   (``may_show_group``).
3. **Implied filters.** A page lies in a section, all readers of a page may use one language, a
   score makes a promoter. A filter that was not chosen but holds for everybody in the group counts
   as if it had been chosen (``dimensions.build_dimensions``).
4. **Days in blocks.** Two windows that differ by one day differ by the readers of that day. So
   days are merged into blocks. They are divided along the calendar (years, halves, quarters,
   months, half months and so on to single days), each time at the highest boundary that has
   enough of all readers on both sides, which is the same boundary whatever the filters. Under
   filters, blocks are merged from the first day on until each cell of the filters' table has
   either nobody or enough readers in each block. Cells of under ``thresholds.CONFIDENT_FROM`` in
   all are merged beforehand and can't be looked at by days. A window consists of the blocks that
   end in it, so any two windows differ by whole blocks. Results with fewer filters are divided
   wherever results with more filters are, so blocks never overlap in part (``build_day_blocks``).
   In each block of the time series of a question, either nobody or enough readers answered it.
5. **Rare answers.** Without filters, an answer that few readers gave is shown: it is the count
   of one question. Under filters it is withheld, because with the answer as the filter and the
   filter as the question it would be a group of few. A second answer is withheld if the first
   one could be found by subtraction, and so is a score from which it could be calculated, at once
   or over time (``find_withheld_answers``, ``answer_disclosure``), in tables of pages and languages
   too. If days are the only filter, the score is shown: the time series of all readers contains it.
6. **Cross-tabs.** Without filters, rows and columns of few, and those withheld with them, are
   merged into one. Under filters a cross-tab is shown only if no cell has few readers, neither
   among those who meet all filters nor among those who meet all but one (``crosstab_disclosure``).
7. **Texts** are never shown beside other answers: filters on answers, classes and scores do not
   apply to them.

Limits. Looking twice shows the responses that arrived in between, as on any live page. A property
that a group of enough has in common, such as all of them answering "bad", is shown. Under
filters no bar of few is shown, nor a second one that would reveal it
(``answer_disclosure.drop_small_rows``). But how often such an answer was given in the group can be
calculated from a score or from other results, provided that enough readers gave it in all. As a
cell of the unfiltered cross-tab does, this says that one of enough readers gave the answer.
Nothing shows what else that reader answered: with the answer as a further filter the group is too
small (rule 1), too few of its other answers are shown to subtract (rule 2), and there is no
cross-tab (rule 6). Withholding the scores as well would leave most pages and sections without any
results.
"""

from cx_feedback.surveys.results.disclosure.day_blocks import DayBlock, build_day_blocks
from cx_feedback.surveys.results.disclosure.groups import (
    GroupTable,
    find_open_groups,
    may_show_group,
)
from cx_feedback.surveys.results.disclosure.small_cells import (
    TOGETHER,
    CellKey,
    find_withheld,
    find_withheld_answers,
    is_safe_table,
    merge_small_cells,
)

__all__ = [
    "TOGETHER",
    "CellKey",
    "DayBlock",
    "GroupTable",
    "build_day_blocks",
    "find_open_groups",
    "find_withheld",
    "find_withheld_answers",
    "is_safe_table",
    "may_show_group",
    "merge_small_cells",
]
