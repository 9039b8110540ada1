"""Several things put in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    AnswerCell,
    CellWriter,
    InvalidAnswer,
    Part,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.single_choice import (
    CHOICES,
    build_keyed_options,
    find_key,
    find_repeated,
    get_all_items,
    get_retired_items,
    keyed_list,
    label_of,
)
from cx_feedback.surveys.results import scores_and_intervals


@dataclass(frozen=True)
class Place:
    """One thing to rank in a form, and the rank that it was given so far, 0 for none."""

    key: str
    label: str
    rank: int
    ranks: range


class RankingBlock(QuestionBlock):
    choices = keyed_list(
        pgettext_lazy("survey", "Options to rank"), pgettext_lazy("survey", "Choice")
    )
    top = blocks.IntegerBlock(
        label=gettext_lazy("Number of positions to rank"),
        help_text=gettext_lazy("3 asks for the top three. Leave empty to rank all."),
        min_value=1,
        max_value=200,
        required=False,
    )
    shuffle = blocks.BooleanBlock(
        label=gettext_lazy("Show the choices in random order"), required=False
    )

    class Meta:
        group = CHOICES
        icon = "list-ol"
        label = pgettext_lazy("survey", "Ranking")
        description = gettext_lazy("Readers put several things in the order that they prefer.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("What matters most to you?"),
            "choices": [
                pgettext_lazy("survey", "Price"),
                pgettext_lazy("survey", "Time"),
                pgettext_lazy("survey", "Kindness"),
            ],
        }
        more = ("top", "shuffle", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        found = {}
        if same := find_repeated(value["choices"]):
            found["choices"] = same
        if value["top"] and value["top"] > len(value["choices"]):
            found["top"] = ValidationError(_("There aren't that many options."))
        return found


class Ranking(QuestionType):
    """The answer is a list of keys, the first the best; it can be given as ``{key: rank}`` too.

    Options: ``choices``, ``retired_choices``, ``top`` (how many to rank, None for all),
    ``shuffle``.
    """

    name = "ranking"
    comparison = "rank"
    key_lists = ("choices",)
    template = "cx_feedback/surveys/questions/ranking.html"
    block = RankingBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        return {
            "choices": build_keyed_options(value["choices"]),
            "retired_choices": [],
            "top": value.get("top"),
            "shuffle": bool(value.get("shuffle")),
        }

    def get_meaning(self, question: Question) -> Any:
        return question.options.get("top")

    def merge_options(self, before: Question, now: Question) -> dict[str, Any]:
        return {**now.options, "retired_choices": get_retired_items(before, now, "choices")}

    def get_inputs(self, question: Question, value: Any) -> tuple[Place, ...]:
        given = _by_rank(value)
        ranks = range(1, _how_many(question) + 1)
        return tuple(
            Place(c["key"], c["label"], _parse_rank(given.get(c["key"])), ranks)
            for c in question.options["choices"]
        )

    def get_pick_limits(self, question: Question) -> dict[str, Any]:
        wanted = _how_many(question)
        found = {"none": self.get_required_message(question)} if question.required else {}
        return {
            **found,
            "few": {"limit": wanted, "words": _too_few(question)},
            "many": {"limit": wanted, "words": _too_few(question)},
            "twice": _("Use each position only once."),
        }

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        return {key: _parse_number(rank) for key, rank in parts.items() if rank}

    def is_empty(self, value: Any) -> bool:
        return value is None or value in ("", [], {})

    def clean(self, question: Question, value: Any) -> list[str]:
        if isinstance(value, dict):
            value = self._in_order(question, value)
        keys = {c["key"] for c in question.options["choices"]}
        if not isinstance(value, list) or len(value) > len(keys):
            raise InvalidAnswer(pgettext("survey", "Rank the options."))
        if not all(isinstance(key, str) and key in keys for key in value):
            raise InvalidAnswer(pgettext("survey", "Rank the options."))
        if len(set(value)) < len(value):
            raise InvalidAnswer(_("Use each position only once."))
        if len(value) != _how_many(question):
            raise InvalidAnswer(_too_few(question))
        return value

    def _in_order(self, question: Question, ranks: dict[str, Any]) -> list[str]:
        """Return the keys in the order of their ranks; raises InvalidAnswer."""
        taken: dict[int, str] = {}
        most = _how_many(question)
        for key, rank in ranks.items():
            if _parse_rank(rank) != rank or not 1 <= rank <= most:
                raise InvalidAnswer(
                    _("Give each option a whole number from 1 to %(n)d.") % {"n": most}
                )
            if rank in taken:
                raise InvalidAnswer(
                    _("Position %(n)d is used twice: “%(one)s” and “%(other)s”.")
                    % {
                        "n": rank,
                        "one": label_of(question, "choices", taken[rank]),
                        "other": label_of(question, "choices", key),
                    }
                )
            taken[rank] = key
        return [taken[rank] for rank in sorted(taken)]

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return [f"{rank}:{key}" for rank, key in enumerate(value, 1)]

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n, rows = counts.get(ANSWERED, 0), []
        most = len(list(get_all_items(question, "choices")))
        for choice, is_retired in get_all_items(question, "choices"):
            ranks = {
                float(rank): count
                for rank in range(1, most + 1)
                if (count := counts.get(f"{rank}:{choice['key']}", 0))
            }
            first = counts.get(f"1:{choice['key']}", 0)
            if ranks or not is_retired:
                rows.append(
                    Row(
                        f"1:{choice['key']}",
                        choice["label"],
                        first,
                        scores_and_intervals.compute_share(first, n),
                        is_retired,
                        score=scores_and_intervals.compute_mean(ranks, low=1, high=max(most, 2)),
                    )
                )
        rows.sort(key=lambda row: (row.retired, (row.score and row.score.value) or most + 1))
        return Result(question, n, tuple(rows), row_score_label=pgettext("survey", "Mean rank"))

    def format_answer(self, question: Question, value: Any) -> str:
        return "; ".join(
            f"{rank}. {label_of(question, 'choices', key)}" for rank, key in enumerate(value, 1)
        )

    def get_parts(self, question: Question) -> Sequence[Part]:
        items = self.get_keyed_items(question)
        return [Part(str(item["key"]), str(item["label"])) for item in items]

    def get_cell_writer(self, question: Question, part: str, *, by_key: bool) -> CellWriter:
        def write(value: Any) -> int | None:
            return value.index(part) + 1 if isinstance(value, list) and part in value else None

        return write

    def read_cell(self, question: Question, cell: AnswerCell) -> Any:
        names = [str(item[n]) for item in self.get_keyed_items(question) for n in ("key", "label")]
        return [find_key(question, t, "choices", "retired_choices") for t in cell.split(names)]

    def read_part(self, question: Question, part: str, cell: AnswerCell) -> int:
        number = cell.whole_number
        if not (number.isascii() and number.isdigit() and len(number) < 4):
            raise InvalidAnswer(_("Write a whole number."))
        return int(number)

    def join_parts(self, question: Question, whole: Any, parts: Mapping[str, Any]) -> Any:
        return self.clean_if_given(question, dict(parts))


def _too_few(question: Question) -> str:
    if not question.options.get("top"):
        return _("Give every option a position.")
    wanted = _how_many(question)
    return ngettext("Choose the first %(n)d.", "Choose the first %(n)d, in order.", wanted) % {
        "n": wanted
    }


def _how_many(question: Question) -> int:
    """Return how many of the choices a reader puts in order."""
    there = len(question.options["choices"])
    return min(question.options.get("top") or there, there)


def _by_rank(value: Any) -> dict[str, Any]:
    """Return the ranks by key of an answer given either way, {} for anything else."""
    if isinstance(value, list):
        return {key: rank for rank, key in enumerate(value, 1) if isinstance(key, str)}
    return value if isinstance(value, dict) else {}


def _parse_rank(value: Any) -> int:
    """Return ``value`` when it is a whole number, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _parse_number(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
