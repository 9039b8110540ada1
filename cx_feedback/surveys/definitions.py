"""What a survey asks, as plain data: frozen into a version when an editor publishes.

Answers are kept by keys that never change: a question's key is the id of its StreamField block,
a choice's the id of its list item. Labels may change, move and be translated. What was asked
once and is asked no longer stays in ``retired``, so that its answers keep their words.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Question:
    """One question; ``options`` holds what only its type knows (choices, ends of a scale).

    ``show_if`` is when it is asked, see ``flow.rules``: ``{"match": "all" or "any", "rules":
    [{"question": key, "operator": "is", "value": …}]}``, empty for always. Later texts say its
    answer again where they hold ``{{ token }}``.
    """

    key: str
    type: str
    label: str
    help: str = ""
    required: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    show_if: dict[str, Any] = field(default_factory=dict)
    token: str = ""

    @property
    def field_name(self) -> str:
        """The name of the form field, and of the field in an error."""
        return f"answers.{self.key}"


@dataclass(frozen=True)
class Quota:
    """How many responses one choice may take."""

    question: str
    value: str
    limit: int


@dataclass(frozen=True)
class Limits:
    """How many may answer: in all, each reader once only, a choice so often."""

    responses: int | None = None
    one_per_reader: bool = False
    quotas: tuple[Quota, ...] = ()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Limits":
        """Return the limits that a definition's ``as_json`` wrote."""
        return cls(**{**data, "quotas": tuple(Quota(**q) for q in data["quotas"])})

    def places(self) -> Iterator[Quota]:
        """Iterate over the quotas; one of question and value "" is that of the whole survey."""
        if self.responses is not None:
            yield Quota("", "", self.responses)
        yield from self.quotas


@dataclass(frozen=True)
class Definition:
    """A survey as readers see it; ``extra`` is what only the room that extends it knows."""

    title: str
    intro: str = ""
    thanks: str = ""
    questions: tuple[Question, ...] = ()
    retired: tuple[Question, ...] = ()
    limits: Limits = Limits()
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Definition":
        """Return the definition that ``as_json`` wrote."""
        return cls(
            **{
                **data,
                "questions": tuple(Question(**q) for q in data["questions"]),
                "retired": tuple(Question(**q) for q in data["retired"]),
                "limits": Limits.from_json(data["limits"]) if "limits" in data else Limits(),
            }
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain data for the database."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """32 hexadecimal digits that are the same for the same definition only."""
        text = json.dumps(self.as_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def ever_asked(self) -> Iterator[Question]:
        """Iterate over the questions of today, then those of former versions."""
        yield from self.questions
        yield from self.retired

    def following(self, before: "Definition | None", registry: Any) -> "Definition":
        """Return this definition as the successor of ``before``.

        Questions and choices that are gone are kept as retired. A question whose meaning changed
        (another type, another scale) gets a new key, because its old answers no longer answer it.
        """
        if before is None:
            return self
        old = {q.key: q for q in before.ever_asked()}
        asked = tuple(_as_successor(q, old, registry) for q in self.questions)
        renamed = {q.key: now.key for q, now in zip(self.questions, asked, strict=True)}
        keys = set(renamed.values())
        return replace(
            self,
            questions=tuple(replace(q, show_if=_renamed(q.show_if, renamed)) for q in asked),
            limits=replace(
                self.limits,
                quotas=tuple(
                    replace(quota, question=renamed.get(quota.question, quota.question))
                    for quota in self.limits.quotas
                ),
            ),
            retired=tuple(q for q in before.ever_asked() if q.key not in keys),
        )


def _renamed(show_if: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """Return a condition that looks at the keys that its questions have now."""
    if not show_if:
        return show_if
    rules = [{**r, "question": keys.get(r["question"], r["question"])} for r in show_if["rules"]]
    return {**show_if, "rules": rules}


def _as_successor(question: Question, old: dict[str, Question], registry: Any) -> Question:
    base, number = question.key, 1
    while (former := old.get(question.key)) is not None:
        kind = registry.get(question.type)
        if former.type == question.type and kind.meaning(former) == kind.meaning(question):
            return replace(question, options=kind.successor_options(former, question))
        number += 1
        question = replace(question, key=f"{base}_{number}")
    return question
