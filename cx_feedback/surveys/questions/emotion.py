"""The emotion nearest to what something left; its score is the emotional value.

Emotions belong to clusters, and a cluster has a weight. A site sets clusters and weights in
``CX_FEEDBACK["EMOTION_CLUSTERS"]``; the editor writes the emotions and puts each in a cluster.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.core import conf
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    AnswerCell,
    Figure,
    InvalidAnswer,
    Option,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.scale import SCALES
from cx_feedback.surveys.questions.single_choice import (
    find_key,
    find_repeated,
    get_all_items,
    get_retired_items,
    label_of,
)
from cx_feedback.surveys.results import scores_and_intervals

#: What editors call the clusters that the package knows; others go by their name.
_CLUSTERS = {
    "destroying": pgettext_lazy("survey", "Negative"),
    "attention": pgettext_lazy("survey", "Attention"),
    "trust": pgettext_lazy("survey", "Trust"),
    "advocacy": pgettext_lazy("survey", "Advocacy"),
}
#: What an editor begins with: some of the emotions of each cluster (Shaw, The DNA of Customer
#: Experience, 2007).
_EMOTIONS = (
    ("destroying", pgettext_lazy("survey", "Disappointed")),
    ("destroying", pgettext_lazy("survey", "Frustrated")),
    ("destroying", pgettext_lazy("survey", "Stressed")),
    ("destroying", pgettext_lazy("survey", "Neglected")),
    ("attention", pgettext_lazy("survey", "Interested")),
    ("attention", pgettext_lazy("survey", "Stimulated")),
    ("trust", pgettext_lazy("survey", "Trusting")),
    ("trust", pgettext_lazy("survey", "Valued")),
    ("trust", pgettext_lazy("survey", "Cared for")),
    ("advocacy", pgettext_lazy("survey", "Happy")),
    ("advocacy", pgettext_lazy("survey", "Pleased")),
)


def get_weights() -> dict[str, float]:
    """Return the site's clusters and their weights, -1 to 1, the lowest first."""
    given = conf.get("EMOTION_CLUSTERS").items()
    return dict(sorted(((k, w) for k, w in given if w is not None), key=lambda item: item[1]))


def cluster_label(cluster: str) -> str:
    """Return what a cluster is called."""
    return str(_CLUSTERS.get(cluster, cluster.replace("_", " ").capitalize()))


def _get_cluster_choices() -> list[tuple[str, str]]:
    return [
        (
            name,
            pgettext("survey", "%(cluster)s (%(weight)+g)")
            % {"cluster": cluster_label(name), "weight": weight},
        )
        for name, weight in get_weights().items()
    ]


def _get_default_emotions() -> list[dict[str, str]]:
    """Return what an editor begins with, in their language."""
    known = get_weights()
    return [{"label": str(label), "cluster": name} for name, label in _EMOTIONS if name in known]


class EmotionItemBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=pgettext_lazy("survey", "Emotion"), max_length=200)
    cluster = blocks.ChoiceBlock(
        choices=_get_cluster_choices, label=pgettext_lazy("survey", "Cluster")
    )

    class Meta:
        icon = "cx-heart"
        label_format = "{label}"


class EmotionBlock(QuestionBlock):
    emotions = blocks.ListBlock(
        EmotionItemBlock(label=pgettext_lazy("survey", "Emotion")),
        label=pgettext_lazy("survey", "Emotions"),
        min_num=2,
        max_num=40,
        default=_get_default_emotions,
        collapsed=True,
    )
    shuffle = blocks.BooleanBlock(
        label=gettext_lazy("Show the emotions in random order"), required=False, default=True
    )

    class Meta:
        group = SCALES
        icon = "cx-heart"
        label = pgettext_lazy("survey", "Emotion")
        description = gettext_lazy(
            "Readers pick the emotion nearest to theirs; its score is the emotional value."
        )
        sample: ClassVar[Any] = {"label": gettext_lazy("How did this article make you feel?")}
        more = ("emotions", "shuffle", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        found = find_repeated(emotion["label"] for emotion in value["emotions"])
        return {"emotions": found} if found else {}


class Emotion(QuestionType):
    """The answer is the key of one emotion.

    Options: ``emotions`` and ``retired_emotions`` (key, label, cluster, weight), ``shuffle``.
    """

    name = "emotion"
    comparison = "keys"
    key_lists = ("emotions",)
    template = "cx_feedback/surveys/questions/emotion.html"
    block = EmotionBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        known, items = get_weights(), value["emotions"]
        items.list_block.get_prep_value(items)
        return {
            "emotions": [
                {
                    "key": item.id,
                    "label": str(item.value["label"] or ""),
                    "cluster": item.value["cluster"] or "",
                    "weight": known.get(item.value["cluster"], 0),
                }
                for item in items.bound_blocks
            ],
            "retired_emotions": [],
            "shuffle": bool(value.get("shuffle")),
        }

    def merge_options(self, before: Question, now: Question) -> dict[str, Any]:
        former = {
            emotion["key"]: emotion for emotion, _retired in get_all_items(before, "emotions")
        }
        emotions = [_as_successor(emotion, former) for emotion in now.options["emotions"]]
        options = {**now.options, "emotions": emotions}
        after = Question(now.key, now.type, now.label, options=options)
        return {**options, "retired_emotions": get_retired_items(before, after, "emotions")}

    def get_inputs(self, question: Question, value: Any) -> tuple[Option, ...]:
        return tuple(
            Option(e["key"], e["label"], checked=e["key"] == value)
            for e in question.options["emotions"]
        )

    def clean(self, question: Question, value: Any) -> str:
        if isinstance(value, str) and any(e["key"] == value for e in question.options["emotions"]):
            return value
        raise InvalidAnswer(_("Choose one of the emotions given."))

    def get_tally_values(self, question: Question, value: Any) -> tuple[str, ...]:
        return (value,)

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n = counts.get(ANSWERED, 0)
        by_weight: Counter[float] = Counter()
        by_cluster: Counter[str] = Counter()
        rows = []
        for emotion, is_retired in get_all_items(question, "emotions"):
            count = counts.get(emotion["key"], 0)
            by_weight[float(emotion["weight"])] += count
            by_cluster[emotion["cluster"]] += count
            if count or not is_retired:
                label = f"{emotion['label']} · {cluster_label(emotion['cluster'])}"
                share = scores_and_intervals.compute_share(count, n)
                rows.append(Row(emotion["key"], label, count, share, is_retired))
        positive, negative = (
            sum(count for weight, count in by_weight.items() if weight * sign > 0)
            for sign in (1, -1)
        )
        nev = scores_and_intervals.compute_nev(
            positive=positive, negative=negative, neutral=by_weight[0.0]
        )
        return Result(
            question,
            n,
            tuple(rows),
            score=scores_and_intervals.compute_emotional_value(by_weight),
            score_label=pgettext("survey", "Emotional value"),
            score_places=0,
            more=(
                Figure(pgettext("survey", "Net emotional value"), nev, places=0),
                *(
                    Figure(
                        f"{cluster_label(cluster)}, %",
                        scores_and_intervals.compute_share(count, n),
                        places=0,
                    )
                    for cluster, count in by_cluster.items()
                ),
            ),
        )

    def format_answer(self, question: Question, value: Any) -> str:
        return label_of(question, "emotions", value)

    def read_cell(self, question: Question, cell: AnswerCell) -> Any:
        return find_key(question, cell.text, "emotions")

    def get_activity_detail(self, question: Question, value: Any) -> dict[str, Any]:
        weight = next(
            e["weight"] for e, _r in get_all_items(question, "emotions") if e["key"] == value
        )
        # Other rooms cannot look the key up.
        words = self.format_answer(question, value)
        return {"emotion": value, "emotion_words": words, "emotional_value": weight}


def _as_successor(emotion: dict[str, Any], former: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return an emotion with a new key where its cluster or weight is not what answers meant."""
    base, number = emotion["key"], 1
    while (old := former.get(emotion["key"])) is not None:
        if (old["cluster"], old["weight"]) == (emotion["cluster"], emotion["weight"]):
            break
        number += 1
        emotion = {**emotion, "key": f"{base}_{number}"}
    return emotion
