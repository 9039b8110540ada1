"""Definitions of surveys as plain data, which are frozen into a version when they are published.

Answers are stored by keys that never change: the key of a question is the id of its StreamField
block, that of a choice is the id of its list item. Labels can be changed, moved and translated.
Former questions stay in ``retired``, so that their answers keep their labels.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Question:
    """One question; ``options`` are specific to its type (choices, ends of a scale).

    ``show_if`` is the condition under which it is asked (``flow.condition_operators``):
    ``{"match": "all" or "any", "rules": [{"question": key, "operator": "is", "value": …}]}``,
    empty for always. Later texts can repeat its answer with ``{{ token }}``.
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
        """Return the name of the form field, which errors use too."""
        return f"answers.{self.key}"

    @property
    def public_options(self) -> dict[str, Any]:
        """Return the options without retired choices and rows."""
        return {k: v for k, v in self.options.items() if not k.startswith("retired_")}

    @property
    def condition(self) -> dict[str, Any]:
        """Return the condition under which it is asked; one without rules for always."""
        return self.show_if or {"match": "all", "rules": []}


@dataclass(frozen=True)
class Quota:
    """The maximum number of responses with a choice."""

    question: str
    value: str
    limit: int


@dataclass(frozen=True)
class Limits:
    """Limits on responses: in all, one per reader, and quotas of choices."""

    responses: int | None = None
    one_per_reader: bool = False
    quotas: tuple[Quota, ...] = ()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Limits":
        """Return limits from the JSON of a definition."""
        return cls(**{**data, "quotas": tuple(Quota(**q) for q in data["quotas"])})

    def places(self) -> Iterator[Quota]:
        """Iterate over the quotas; question and value are "" for the whole survey."""
        if self.responses is not None:
            yield Quota("", "", self.responses)
        yield from self.quotas


_OPTIONS = ("anonymous", "hidden_fields", "mails_answers", "keeps_partials")


@dataclass(frozen=True)
class Definition:
    """A survey as readers see it; ``extra`` belongs to a room that extends it."""

    title: str
    intro: str = ""
    thanks: str = ""
    questions: tuple[Question, ...] = ()
    retired: tuple[Question, ...] = ()
    limits: Limits = Limits()
    #: Whether the pages that a reader has answered are kept before the survey is sent.
    keeps_partials: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    #: Whether no reader is stored with its responses (``responses.anonymity``).
    anonymous: bool = False
    #: What links may say besides, by name (``responses.hidden_fields``).
    hidden_fields: tuple[str, ...] = ()
    #: Whether readers can have a copy of their answers mailed (``responses.answer_copy``).
    mails_answers: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Definition":
        """Return a definition from its JSON."""
        return cls(
            **{
                **data,
                "hidden_fields": tuple(data.get("hidden_fields", ())),
                "questions": tuple(Question(**q) for q in data["questions"]),
                "retired": tuple(Question(**q) for q in data["retired"]),
                "limits": Limits.from_json(data["limits"]) if "limits" in data else Limits(),
            }
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain data for the database.

        Options that are not used are left out, so that a new option of this package changes no
        digest and makes no new version of a survey that stays as it is.
        """
        unused = {name for name in _OPTIONS if not getattr(self, name)}
        return {name: value for name, value in asdict(self).items() if name not in unused}

    @property
    def digest(self) -> str:
        """Return a hash of 32 hexadecimal digits."""
        text = json.dumps(self.as_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def ever_asked(self) -> Iterator[Question]:
        """Iterate over the present questions, then the retired ones."""
        yield from self.questions
        yield from self.retired

    def together(self, siblings: Iterable["Definition"]) -> "Definition":
        """Return this definition with the questions that only its translations have.

        Used for results, which count all translations together. Labels are those of this
        definition where it has the question or choice.
        """
        asked, former = list(self.questions), list(self.retired)
        for sibling in siblings:
            own = {q.key for q in (*asked, *former)}
            theirs = {q.key: q for q in sibling.ever_asked()}
            asked = [_with_choices(q, theirs.get(q.key)) for q in asked]
            former = [_with_choices(q, theirs.get(q.key)) for q in former]
            asked += [q for q in sibling.questions if q.key not in own]
            former += [q for q in sibling.retired if q.key not in own]
        return replace(self, questions=tuple(asked), retired=tuple(former))

    def following(
        self, before: "Definition | None", registry: Any, siblings: Iterable["Definition"] = ()
    ) -> "Definition":
        """Return this definition as the successor of ``before``.

        Removed questions and choices are kept as retired. A question whose meaning has changed
        (another type, another scale, its ends exchanged) gets a new key, because its old answers
        don't answer it any more. ``siblings`` are the definitions of its translations: answers are
        counted together, so a key must have the same meaning in all of them.
        """
        own = {q.key: q for q in before.ever_asked()} if before else {}
        taken = {q.key: q for sibling in siblings for q in sibling.ever_asked()} | own
        live = [[q.key for q in one.questions] for one in (before, *siblings) if one]
        asked = _get_successors(self.questions, own, taken, live, registry)
        renamed = {q.key: now.key for q, now in zip(self.questions, asked, strict=True)}
        keys = set(renamed.values())
        return replace(
            self,
            questions=tuple(replace(q, show_if=with_keys(q.show_if, renamed)) for q in asked),
            limits=replace(
                self.limits,
                quotas=tuple(
                    replace(quota, question=renamed.get(quota.question, quota.question))
                    for quota in self.limits.quotas
                ),
            ),
            retired=tuple(q for key, q in own.items() if key not in keys),
        )


def _with_choices(question: Question, other: Question | None) -> Question:
    """Return ``question`` with the choices, rows and columns that only ``other`` has."""
    if other is None or other.type != question.type:
        return question
    options = {**question.options}
    names = [n for n, items in options.items() if isinstance(items, list) and n in other.options]
    known = {_key_of(item) for name in names for item in options[name]}
    for name in names:
        more = [item for item in other.options[name] if _key_of(item) not in {None, *known}]
        options[name] = [*options[name], *more]
    return replace(question, options=options)


def _key_of(item: Any) -> Any:
    return item.get("key") if isinstance(item, dict) else None


def with_keys(show_if: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """Return a condition with the present keys of its questions."""
    if not show_if:
        return show_if
    rules = [{**r, "question": keys.get(r["question"], r["question"])} for r in show_if["rules"]]
    return {**show_if, "rules": rules}


def _get_successors(
    drafted: tuple[Question, ...],
    own: dict[str, Question],
    taken: dict[str, Question],
    live: Sequence[Sequence[str]],
    registry: Any,
) -> list[Question]:
    """Return ``drafted`` with the keys that have the same meaning as before."""
    reserved = {q.key for q in drafted}
    asked = []
    for question in drafted:
        successor = _as_successor(question, taken, live, reserved, registry)
        reserved.add(successor.key)
        if successor.key in own:
            kind = registry.get(successor.type)
            options = kind.merge_options(own[successor.key], successor)
            successor = replace(successor, options=options)
        asked.append(successor)
    return asked


def _as_successor(
    question: Question,
    taken: dict[str, Question],
    live: Sequence[Sequence[str]],
    reserved: set[str],
    registry: Any,
) -> Question:
    """Return ``question`` with the key with the same meaning.

    That is the one under which it is asked now (``live``: the keys of the survey, and of each of
    its translations), its own, or the first numbered one.
    """
    kind = registry.get(question.type)
    base, number = question.key, 1
    # First, because new words for the ends of a scale can only be compared with those of now.
    for key in (key for keys in live for key in sorted(keys, key=lambda key: key != base)):
        free = key == base or (is_successor_key(key, base) and key not in reserved)
        if free and means_the_same(taken[key], question, kind):
            return replace(question, key=key)
    while True:
        former = taken.get(question.key)
        free = number == 1 or question.key not in reserved
        if free and (former is None or means_the_same(former, question, kind)):
            return question
        number += 1
        question = replace(question, key=f"{base}_{number}")


def means_the_same(former: Question, now: Question, kind: Any) -> bool:
    """Return whether answers to ``former`` also answer ``now``, whose type is ``kind``."""
    if former.type != now.type or kind.get_meaning(former) != kind.get_meaning(now):
        return False
    return not kind.is_turned_round(former, now)


def is_successor_key(key: str, base: str) -> bool:
    """Return whether ``key`` is one that ``base`` gets when its meaning changes."""
    head, _, number = key.rpartition("_")
    return head == base and number.isdecimal()
