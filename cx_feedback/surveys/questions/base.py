"""What every question type has to know; see ``docs/adding-a-question-type.md``."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.flow.conditions import ConditionsBlock
from cx_feedback.surveys.flow.piping_widgets import PipedCharBlock
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results.scores import SHOW_FROM, Score

#: The value under which each type counts how many answered its question.
ANSWERED = ""
#: How a value begins under which no answers are counted, but a sum of them is kept.
NO_ANSWERS = "~"


def is_of_answers(value: str) -> bool:
    """Return whether a tally's value counts those who gave it, not all who answered, or a sum."""
    return value != ANSWERED and not value.startswith(NO_ANSWERS)


#: Fields of every question that editors seldom need.
SELDOM = ("show_if", "token")


class InvalidAnswer(ValueError):
    """An answer that its question cannot take; the text is for the reader."""


@dataclass(frozen=True)
class Row:
    """One bar of a result: a choice, a point of a scale, a row of a matrix.

    ``value`` is what its answers are tallied under; "" where that is no one value. ``score`` is
    a figure of this row alone (the mean rank of a choice, named by ``Result.row_score_label``),
    ``cells`` are the columns of a matrix's row, their shares in that row.
    """

    value: str
    label: str
    count: int
    share: Score
    retired: bool = False
    score: Score | None = None
    cells: tuple["Row", ...] = ()


@dataclass(frozen=True)
class Figure:
    """A named score: ``places`` is how many decimals people are shown.

    ``is_about`` marks one that is known only nearly.
    """

    label: str
    score: Score
    places: int = 2
    is_about: bool = False


@dataclass(frozen=True)
class Result:
    """What the answers to one question say; ``more`` are figures beside the score."""

    question: Question
    n: int
    rows: tuple[Row, ...] = ()
    score: Score | None = None
    score_label: str = ""
    score_places: int = 2
    more: tuple[Figure, ...] = ()
    row_score_label: str = ""
    has_texts: bool = False
    retired: bool = False

    @property
    def shown(self) -> bool:
        """Whether enough readers answered to show figures."""
        return self.n >= SHOW_FROM


@dataclass(frozen=True)
class Option:
    """One answer to pick in a form; ``label`` is read out, ``text`` is seen."""

    value: str
    text: str
    label: str = ""
    checked: bool = False


class QuestionBlock(blocks.StructBlock):
    """The fields that every question has in the editor."""

    label = PipedCharBlock(label=pgettext_lazy("survey", "Question"), max_length=300)
    help = PipedCharBlock(
        label=pgettext_lazy("survey", "Help text"), max_length=500, required=False
    )
    required = blocks.BooleanBlock(label=gettext_lazy("An answer is required"), required=False)
    show_if = ConditionsBlock(label=pgettext_lazy("survey", "Show only if"), required=False)
    token = blocks.RegexBlock(
        r"^[a-z][a-z0-9_]{0,39}\Z",
        label=pgettext_lazy("survey", "Placeholder name"),
        help_text=gettext_lazy(
            "Use {{ name }} in later texts to repeat this answer. Lowercase letters only."
        ),
        required=False,
    )

    class Meta:
        label_format = "{label}"
        preview_template = "cx_feedback/surveys/question_preview.html"
        #: The fields of the question that the block picker shows; the others have their defaults.
        sample: ClassVar[Mapping[str, Any]] = {}
        #: Fields that stand folded up below "More settings".
        more: tuple[str, ...] = SELDOM

    def get_form_layout(self) -> blocks.BlockGroup:
        """Return the question's own fields, "required", then what is seldom needed."""
        more = [name for name in self.child_blocks if name in self.meta.more]
        names = [name for name in self.child_blocks if name not in (*more, "required")]
        names += [name for name in self.child_blocks if name == "required"]
        heading = pgettext_lazy("survey", "More settings")
        # Folded up it says the answer's name; else Wagtail would write out the raw condition.
        group = blocks.BlockGroup(more, heading=heading, classname="collapsed", icon="cog")
        group.label_format = "{token}" if "token" in more else ""
        return blocks.BlockGroup([*names, group] if more else names)

    def get_preview_value(self) -> Any:
        sample = {"label": str(self.label), **self.meta.sample}
        return self.to_python(json.loads(json.dumps(sample, cls=DjangoJSONEncoder)))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        # A draft may be unfinished: what is missing in it is for publishing to find.
        if not self.is_deferred_validation and (problems := self.find_problems(cleaned)):
            raise blocks.StructBlockValidationError(problems)
        return cleaned

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        """Return what is wrong with fields that are right by themselves, by name of the field."""
        return {}


class QuestionType:
    """A type of question: its block, its rules, its counting and its result.

    ``name`` is written into every frozen definition and never changes. ``template`` renders the
    field; it finds ``question``, ``name`` (of the form field), ``value`` (the reader's answer so
    far, or None), ``error`` and ``id`` (a prefix for ids of its elements).
    """

    name: ClassVar[str]
    template: ClassVar[str]
    #: What the block picker shows instead of the field, "" for the field itself.
    sample_template: ClassVar[str] = ""
    #: Whether readers answer it: a text between questions has no answers and no result.
    asks: ClassVar[bool] = True
    #: What a condition compares its answers as: "text", "number", "date", "keys" (one of several),
    #: "list" (some of several), "rank", "matrix", or "yes" (answered or not). Keys are those of
    #: the block's list "choices" or "emotions", or of "rows" and "columns".
    comparison: ClassVar[str] = "text"
    #: From how many values on a tally of it is made smaller (``compact_tally``), None for never.
    max_tally_values: ClassVar[int | None] = None
    #: The editor's block, None for a type that editors do not choose themselves.
    block: ClassVar[type[QuestionBlock] | None] = None

    def build_question(self, key: str, value: Any) -> Question:
        """Return the question that the block's ``value`` describes."""
        return Question(
            key=key,
            type=self.name,
            label=value["label"],
            help=value.get("help", ""),
            required=bool(value.get("required")),
            options=self.build_options(value),
            show_if=value.get("show_if") or {},
            token=value.get("token") or "",
        )

    def build_options(self, value: Any) -> dict[str, Any]:
        """Return what of the block's ``value`` only this type knows, as plain data."""
        return {}

    def get_meaning(self, question: Question) -> Any:
        """Return what may not change without old answers meaning something else."""
        return None

    def merge_options(self, before: Question, now: Question) -> dict[str, Any]:
        """Return the options of ``now`` with what must be remembered of ``before``."""
        return now.options

    def get_inputs(self, question: Question, value: Any) -> Any:
        """Return what the template goes through (``field.inputs``): choices, points, rows.

        ``value`` is what its reader gave so far, whatever that is, or None.
        """
        return ()

    def get_pick_limits(self, question: Question) -> dict[str, Any]:
        """Return what the reader's page checks of boxes or lists before it goes on.

        What HTML cannot say: ``{"none": words, "few": [number, words], "many": [number, words],
        "twice": words}``, each only where it is refused. ``clean`` refuses all of it too.
        """
        return {}

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        """Return the answer in a plain form post, as REST would have sent it.

        ``values`` are those of the fields named ``answers.<key>``; ``parts`` those of fields
        named ``answers.<key>.<part>``, by part, for an answer of several fields.
        """
        return values[-1].strip() if values else None

    def is_empty(self, value: Any) -> bool:
        """Return whether ``value`` is no answer at all."""
        return value is None or value == ""

    def clean(self, question: Question, value: Any) -> Any:
        """Return the answer to store; raises InvalidAnswer."""
        raise NotImplementedError

    def get_required_message(self, question: Question) -> str:
        """Return what to say when a required answer is not there."""
        return _("Please answer this question.")

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        """Return the values (up to 64 characters) that a stored answer counts under."""
        return ()

    def compact_tally(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return a tally that is smaller than ``counts`` (value to number of answers)."""
        return dict(counts)

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        """Return what ``counts`` (value to number of answers) says."""
        return Result(question, counts.get(ANSWERED, 0))

    def format_answer(self, question: Question, value: Any) -> str:
        """Return a stored answer in words, for people."""
        return "" if value is None else str(value)

    def get_own_words(self, question: Question, value: Any) -> str:
        """Return what of a stored answer is in the reader's own words, "" for nothing.

        A type that has such words says so by ``has_texts`` in its result.
        """
        return ""

    def anonymize_answer(self, value: Any) -> Any:
        """Return what may be kept of a stored answer when its reader is erased."""
        return value

    def get_activity_detail(self, question: Question, value: Any) -> dict[str, Any]:
        """Return what the activity ledger shall say of a stored answer."""
        return {}


class Gone(QuestionType):
    """Stands in for a type that a site has taken out of its settings: counted, not asked."""

    name = ""
    template = "cx_feedback/surveys/questions/gone.html"

    def clean(self, question: Question, value: Any) -> Any:
        raise InvalidAnswer(_("This question is no longer asked."))

    def format_answer(self, question: Question, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    def get_own_words(self, question: Question, value: Any) -> str:
        """Return what of a stored answer is in the reader's own words, "" for nothing.

        A type that has such words says so by ``has_texts`` in its result.
        """
        return ""

    def anonymize_answer(self, value: Any) -> Any:
        return None
