"""No edit loses an answer or counts it as another: random edits with 10,000 answers in."""

import copy
import re
import uuid
from collections import Counter

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from wagtail.models import Locale

from cx_feedback.surveys import questions, selectors, services
from cx_feedback.surveys.editing.restore import find_retired, restore_question
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.matrix import hash_cell
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.results.value_counts import count_values
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db
INDEX = st.integers(0, 50)
#: Answers that are in before the first edit.
MANY = 10_000
#: The lists of a block whose items can be renamed, moved, retired and brought back.
LISTS = ("choices", "rows", "columns", "emotions")


def begun_with():
    """The raw questions that an editor begins with: every type that has a list, and two others."""
    kinds = ("choices", "dropdown", "ranking", "matrix", "emotion")
    limits = {"other": "", "min_choices": None, "max_choices": None}
    more = [copy.deepcopy(raw(kind, **limits)) for kind in kinds]
    for block in more:
        for name in LISTS:
            for item in block["value"].get(name, ()):
                item["id"] = f"{block['id']}-{item['id']}"
    return stream(*more)


def raw_of(survey):
    return [dict(block) for block in survey.questions.get_prep_value()]


def meaning(block):
    """What its answers answer: a block, by the id that it began with, and a scale's points."""
    return re.sub(r"_\d+$", "", block["id"]), block["value"].get("high")


def keys_of(survey):
    """Return the key under which each block is asked, by its id and its points."""
    asked = selectors.get_published_definition(survey).questions
    blocks = [(block["id"], block["value"].get("high")) for block in raw_of(survey)]
    return dict(zip(blocks, [question.key for question in asked], strict=True))


def answers_to(survey, pick):
    """Return an answer to every question that ``survey`` asks now; ``pick`` chooses which."""
    given = {}
    for question in selectors.get_published_definition(survey).questions:
        if question.type == "text":
            given[question.key] = "Words"
        elif question.type == "scale":
            low, high = question.options["low"], question.options["high"]
            given[question.key] = low + pick % (high - low + 1)
        else:
            given[question.key] = chosen(question, pick)
    return given


def chosen(question, pick):
    lists = {n: [i["key"] for i in question.options.get(n, ())] for n in LISTS}
    keys = lists["choices"] or lists["emotions"]
    if question.type == "matrix":
        return {row: lists["columns"][pick % len(lists["columns"])] for row in lists["rows"]}
    if question.type == "ranking":
        return keys[pick % len(keys) :] + keys[: pick % len(keys)]
    one = keys[pick % len(keys)]
    return [one] if question.type == "choices" else one


def counted_as(kind, value):
    """Return what an answer counts under; written down here apart from the types' own rules."""
    if kind == "text":
        return []
    if kind == "ranking":
        return [f"{rank}:{key}" for rank, key in enumerate(value, 1)]
    if kind == "matrix":
        return [hash_cell(row, column) for row, column in value.items()]
    return value if kind == "choices" else [str(value)]


def shown_of(survey, found):
    """Return what the results of ``survey`` show of ``found``, retired or not, by its place."""
    shown = {}
    for question in selectors.get_survey_definition(survey).ever_asked():
        mine = {value: count for (key, value), count in found.items() if key == question.key}
        rows = questions.get(question.type).build_result(question, mine).rows
        for row in (one for row_ in rows for one in (row_.cells or (row_,))):
            if row.count:
                assert row.label
                shown[question.key, row.value] = row.count
    return shown


def given_before(survey):
    """Return the answers of those who came before the first edit, and how many gave each."""
    return [(answers_to(survey, pick), MANY // 7 + (pick < MANY % 7)) for pick in range(7)]


class Editing(RuleBasedStateMachine):
    """An editor at work, readers who answer, and a notebook in which every answer is written.

    A key means for ever what it meant in the first version that asked it, in every language; a
    question keeps its key through every edit that leaves its meaning alone.
    """

    @initialize()
    def begin(self):
        self.before = transaction.savepoint()
        self.languages = [Survey.objects.get()]
        self.meanings, self.notebook = {}, Counter()
        self.learn()
        for given, times in given_before(self.languages[0]):
            self.note(self.languages[0], given, times)

    def teardown(self):
        transaction.savepoint_rollback(self.before)
        cache.clear()

    def publish(self, survey, raw):
        survey.questions = survey.questions.stream_block.to_python(copy.deepcopy(raw))
        return services.publish_survey(survey=survey)

    def learn(self):
        for survey in self.languages:
            asked = selectors.get_published_definition(survey).questions
            for block, question in zip(raw_of(survey), asked, strict=True):
                assert self.meanings.setdefault(question.key, meaning(block)) == meaning(block)
            assert len({question.key for question in asked}) == len(asked)

    def edit(self, index, function):
        """Let ``function`` change the raw questions of one language, and publish."""
        place = index % len(self.languages)
        survey = self.languages[place]
        raw, before = raw_of(survey), keys_of(survey)
        function(raw)
        survey = self.languages[place] = self.publish(survey, raw)
        after = keys_of(survey)
        assert all(after[block] == before[block] for block in before.keys() & after.keys())
        self.learn()

    def lists(self, raw):
        return [block["value"][n] for block in raw for n in LISTS if n in block["value"]]

    @rule(index=INDEX, at=INDEX, words=st.text("abc ", min_size=1, max_size=8))
    def rename(self, index, at, words):
        def rename(raw):
            for block in raw[at % (len(raw) or 1) :][:1]:
                block["value"]["label"] = words
            for items in self.lists(raw):
                item = items[at % len(items)]
                if isinstance(item["value"], dict):
                    item["value"]["label"] = words
                else:
                    item["value"] = words

        self.edit(index, rename)

    @rule(index=INDEX, order=st.randoms(use_true_random=False))
    def reorder(self, index, order):
        def reorder(raw):
            order.shuffle(raw)
            for items in self.lists(raw):
                order.shuffle(items)

        self.edit(index, reorder)

    @rule(index=INDEX, at=INDEX)
    def retire_a_question(self, index, at):
        self.edit(index, lambda raw: raw.pop(at % len(raw)) if len(raw) > 1 else None)

    @rule(index=INDEX, at=INDEX)
    def retire_a_choice(self, index, at):
        def retire(raw):
            for place, items in enumerate(self.lists(raw)):
                if len(items) > 1 and (at + place) % 2:
                    items.pop(at % len(items))

        self.edit(index, retire)

    @rule(index=INDEX)
    def add(self, index):
        def add(raw):
            for items in self.lists(raw):
                like = items[0]["value"]
                value = {**like, "label": "More"} if isinstance(like, dict) else "More"
                items.append({"type": "item", "id": str(uuid.uuid4()), "value": value})
            if len(raw) < 10:
                new = copy.deepcopy(stream()[1])
                raw.append({**new, "id": f"new-{uuid.uuid4()}"})

        self.edit(index, add)

    @rule(index=INDEX, high=st.sampled_from([5, 7, 10]))
    def change_the_scale(self, index, high):
        def change_scale(raw):
            for block in raw:
                if block["type"] == "scale":
                    block["value"]["high"] = high
                    break

        self.edit(index, change_scale)

    @rule(index=INDEX, at=INDEX)
    def bring_back(self, index, at):
        place = index % len(self.languages)
        survey = self.languages[place]
        gone = find_retired(survey)
        if not gone:
            return
        one = gone[at % len(gone)]
        before = set(keys_of(survey).values())
        draft = restore_question(survey=survey, question=one.question, item=one.item)
        survey = self.languages[place] = services.publish_survey(survey=draft)
        assert set(keys_of(survey).values()) == before | {one.question}
        self.learn()

    @precondition(lambda self: len(self.languages) == 1)
    @rule()
    def translate(self):
        spanish = Locale.objects.get_or_create(language_code="es")[0]
        self.languages.append(
            services.publish_survey(survey=self.languages[0].copy_for_translation(spanish))
        )
        self.learn()

    @rule(index=INDEX, pick=INDEX, times=st.integers(1, 3))
    def answer(self, index, pick, times):
        survey = self.languages[index % len(self.languages)]
        given = answers_to(survey, pick)
        for _ in range(times):
            services.submit_response(survey_id=survey.pk, answers=given)
        self.note(survey, given, times)

    def note(self, survey, given, times):
        """Write down what ``times`` readers who gave these answers shall be counted as."""
        types = {q.key: q.type for q in selectors.get_published_definition(survey).questions}
        for key, value in given.items():
            self.notebook[key, ""] += times
            for said in counted_as(types[key], value):
                self.notebook[key, said] += times
        self.notebook["", ""] += times

    @rule()
    def fold(self):
        fold_responses()

    @invariant()
    def nothing_is_lost_or_counted_as_another(self):
        family = [survey.pk for survey in self.languages]
        found = {
            (question, value): count
            for (part, question, value), count in count_values(survey_ids=family).items()
            if not question.startswith("~")
        }
        assert found == dict(self.notebook)
        for survey in self.languages:
            assert shown_of(survey, found) == {
                place: count
                for place, count in found.items()
                if place[1] and not re.match(r"[2-9]:", place[1])
            }


@pytest.mark.slow
def test_random_edits_lose_nothing(locales):
    survey = services.publish_survey(survey=Survey(title="Your visit", questions=begun_with()))
    version = survey.versions.get()
    Response.objects.bulk_create(
        Response(survey=survey, version=version, answers=given)
        for given, times in given_before(survey)
        for _ in range(times)
    )
    fold_responses(batch=MANY)
    run_state_machine_as_test(
        Editing,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_ten_thousand_answers_survive_every_edit(survey):
    version = survey.versions.get()
    Response.objects.bulk_create(
        [
            Response(
                survey=survey,
                version=version,
                answers={"q-choice": BAD if n % 4 == 0 else GOOD, "q-scale": n % 5 + 1},
            )
            for n in range(10_000)
        ],
        batch_size=2000,
    )
    fold_responses(batch=5000)

    def found(one):
        all_counts = count_values(survey_ids=selectors.get_family_ids(one))
        return {key[1:]: n for key, n in all_counts.items() if key[1] != "~started"}

    before = found(survey)
    assert before["q-choice", GOOD] == 7500
    assert before["q-choice", BAD] == 2500
    assert [before["q-scale", str(point)] for point in range(1, 6)] == [2000] * 5

    raw = stream()[::-1]
    raw[2]["value"]["label"] = "Renamed"
    raw[2]["value"]["choices"].reverse()
    raw[2]["value"]["choices"][1]["value"] = "Very good"
    change(survey, raw)
    assert found(survey) == before

    raw[2]["value"]["choices"].pop(0)
    change(survey, [raw[0], raw[2]])
    assert found(survey) == before
    assert {(gone.question, gone.item): gone.answers for gone in find_retired(survey)} == {
        ("q-scale", ""): 10_000,
        ("q-choice", BAD): 2500,
    }

    survey = services.publish_survey(survey=restore_question(survey=survey, question="q-scale"))
    survey = services.publish_survey(
        survey=restore_question(survey=survey, question="q-choice", item=BAD)
    )
    services.submit_response(survey_id=survey.pk, answers={"q-choice": BAD, "q-scale": 5})
    before["", ""] += 1
    for key in (("q-choice", ""), ("q-choice", BAD), ("q-scale", ""), ("q-scale", "5")):
        before[key] += 1
    assert found(survey) == before

    spanish = Locale.objects.create(language_code="es")
    translated = services.publish_survey(survey=survey.copy_for_translation(spanish))
    services.submit_response(survey_id=translated.pk, answers={"q-choice": GOOD})
    before["", ""] += 1
    before["q-choice", ""] += 1
    before["q-choice", GOOD] += 1
    assert found(survey) == found(translated) == before

    raw = raw_of(survey)
    raw[-1]["value"]["high"] = 7
    change(survey, raw)
    services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD, "q-scale_2": 7})
    before["", ""] += 1
    for key in (("q-choice", ""), ("q-choice", GOOD), ("q-scale_2", ""), ("q-scale_2", "7")):
        before[key] = before.get(key, 0) + 1
    assert found(survey) == before


@pytest.mark.parametrize("ends", [1, 2])
def test_a_question_comes_back_before_the_ending(survey, ends):
    asked = list(survey.questions.raw_data)
    endings = [
        {"type": "ending", "id": f"end-{n}", "value": {"label": "End", "help": "Thanks."}}
        for n in range(ends)
    ]
    change(survey, [*asked[:1], *endings])
    draft = restore_question(survey=survey, question="q-text")
    keys = [block["id"] for block in draft.questions.raw_data]
    assert keys == ["q-choice", "q-text", *(one["id"] for one in endings)]
