"""Random edits published between any two steps of random readers: every answer is stored.

Readers go by what they see alone (``reading``), with scripts, without, and over REST. What they
answered is compared, in the words that they saw, with what the results say in words.
"""

import copy
from collections import Counter
from itertools import count

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from wagtail.models import Locale

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.surveys.flow.conftest import block, rules
from tests.surveys.reading import KINDS, tag_of

pytestmark = pytest.mark.django_db
INDEX = st.integers(0, 50)
#: A quota that is used up at once, and one that never is.
USED_UP, LARGE = 1, 1000


class Answering(RuleBasedStateMachine):
    """An editor who publishes, readers in the middle, and a notebook of what they answered."""

    @initialize()
    def begin(self):
        self.before = transaction.savepoint()
        self.names = count(1)
        self.readers, self.notebook, self.sent, self.limited = [], Counter(), 0, set()
        draft = Survey(title="Your visit", open_by_address=True)
        raw = [self.new_choice(), self.new_scale(), self.new_text(), self.new_choice()]
        self.languages = []
        self.languages = [self.publish(draft, raw)]

    def teardown(self):
        self.compare()
        transaction.savepoint_rollback(self.before)
        cache.clear()

    def named(self, letter):
        """Return a key, whose label begins with it for ever."""
        return f"{letter}{next(self.names)}"

    def new_choice(self, **value):
        key = self.named("q")
        keys = [self.named("c") for _ in range(3)]
        items = [{"type": "item", "id": one, "value": f"{one} Choice"} for one in keys]
        return block("choice", key, f"{key} Which?", choices=items, **value)

    def new_scale(self, **value):
        key = self.named("q")
        ends = {"low": 1, "high": 5, "low_label": "", "high_label": ""}
        return block("scale", key, f"{key} How much?", **ends, **value)

    def new_text(self, **value):
        key = self.named("q")
        return block("text", key, f"{key} Why?", **value)

    def publish(self, survey, raw):
        survey.questions = survey.questions.stream_block.to_python(as_editors_may(raw))
        family = [survey, *self.languages]
        offered = [offered_by(one) for one in family]
        for one in family:  # a quota of a choice that one language lacks is lifted for all
            one.quotas = [
                quota
                for quota in one.quotas
                if all((quota["question"], quota["value"]) in choices for choices in offered)
            ]
        return services.publish_survey(survey=survey)

    def edit(self, index, function):
        """Let ``function`` change the raw questions of one language, and publish."""
        place = index % len(self.languages)
        survey = self.languages[place]
        raw = [copy.deepcopy(dict(one)) for one in survey.questions.get_prep_value()]
        function(raw)
        self.languages[place] = self.publish(survey, raw)

    @rule(index=INDEX, at=INDEX)
    def remove(self, index, at):
        self.edit(index, lambda raw: raw.pop(at % len(raw)) if len(raw) > 2 else None)

    @rule(index=INDEX, at=INDEX, kind=INDEX)
    def add_a_required_question(self, index, at, kind):
        new = (self.new_choice, self.new_scale, self.new_text)[kind % 3](required=True)
        self.edit(index, lambda raw: raw.insert(at % (len(raw) + 1), new))

    @rule(index=INDEX, high=st.sampled_from([5, 7, 10]))
    def change_scales(self, index, high):
        def change(raw):
            for one in raw:
                if one["type"] == "scale":
                    one["value"]["high"] = high

        self.edit(index, change)

    @rule(index=INDEX, order=st.randoms(use_true_random=False))
    def reorder(self, index, order):
        def shuffle(raw):
            order.shuffle(raw)
            for one in choices_of(raw):
                order.shuffle(one["value"]["choices"])

        self.edit(index, shuffle)

    @rule(index=INDEX, at=INDEX)
    def retire_a_choice(self, index, at):
        def retire(raw):
            for one in choices_of(raw):
                if len(one["value"]["choices"]) > 1:
                    one["value"]["choices"].pop(at % len(one["value"]["choices"]))

        self.edit(index, retire)

    @rule(index=INDEX, words=st.sampled_from(["Renamed", "Again"]))
    def rename(self, index, words):
        def rename(raw):
            for one in raw:
                one["value"]["label"] = f"{tag_of(one['value']['label'])} {words}"
            for one in choices_of(raw):
                one["value"]["required"] = not one["value"]["required"]
                for item in one["value"]["choices"]:
                    item["value"] = f"{tag_of(item['value'])} {words}"

        self.edit(index, rename)

    @rule(index=INDEX, at=INDEX)
    def add_a_page(self, index, at):
        new = block("page_break", self.named("p"), "p Page")
        self.edit(index, lambda raw: raw.insert(1 + at % len(raw), new))

    @rule(index=INDEX, at=INDEX, of=INDEX)
    def add_a_condition(self, index, at, of):
        def add(raw):
            asked = choices_of(raw)
            if asked:
                one = asked[of % len(asked)]
                wanted = one["value"]["choices"][at % len(one["value"]["choices"])]["id"]
                raw[at % len(raw)]["value"]["show_if"] = rules((one["id"], "is", wanted))

        self.edit(index, add)

    @rule(at=INDEX, lifted=st.booleans())
    def set_quotas(self, at, lifted):
        """Limit a choice that somebody gave already to one, and others to many, or lift all."""
        quotas = []
        for one in choices_of(self.languages[0].questions.get_prep_value()):
            for item in one["value"]["choices"]:
                given = self.notebook[one["id"], item["id"]]
                used_up = given and item["id"] not in self.limited and (at + len(quotas)) % 3 == 0
                self.limited |= {item["id"]} if used_up else set()
                limit = USED_UP if used_up else LARGE
                quotas.append({"question": one["id"], "value": item["id"], "limit": limit})
        for survey in self.languages:
            survey.quotas = [] if lifted else quotas
        for place in range(len(self.languages)):
            self.edit(place, lambda raw: None)

    @precondition(lambda self: len(self.languages) == 1)
    @rule()
    def translate(self):
        spanish = Locale.objects.get_or_create(language_code="es")[0]
        copied = self.languages[0].copy_for_translation(spanish)
        self.languages.append(services.publish_survey(survey=copied))

    @rule(index=INDEX, kind=st.sampled_from(KINDS), pick=INDEX, times=st.integers(1, 2))
    def come(self, index, kind, pick, times):
        for number in range(times):
            survey = self.languages[index % len(self.languages)]
            reader = kind(survey.pk, pick + number, next(self.names))
            reader.begin()
            self.readers += [] if reader.done else [reader]

    @precondition(lambda self: self.readers)
    @rule(index=INDEX)
    def go_on(self, index):
        reader = self.readers[index % len(self.readers)]
        reader.go_on()
        if reader.done:
            self.readers.remove(reader)
            self.sent += 1
            self.notebook.update(reader.noted.values())

    @rule()
    def fold(self):
        fold_responses()
        self.compare()

    def compare(self):
        assert Response.objects.count() == self.sent
        for survey in self.languages:
            assert told_by_results(survey) == +self.notebook


def choices_of(raw):
    return [one for one in raw if one["type"] == "choice"]


def offered_by(survey):
    raw = choices_of(survey.questions.get_prep_value())
    return {(one["id"], item["id"]) for one in raw for item in one["value"]["choices"]}


def as_editors_may(raw):
    """Return questions that Wagtail's form would take: conditions about earlier questions only.

    Something is asked of everybody on the first page.
    """

    first = next(n for n, one in enumerate(raw) if one["type"] != "page_break")
    raw.insert(0, raw.pop(first))
    raw[0]["value"]["show_if"] = {}
    known = {}
    for one in raw:
        for condition in one["value"].get("show_if", {}).get("rules", ()):
            if condition["value"] not in known.get(condition["question"], ()):
                one["value"]["show_if"] = {}
                break
        if one["type"] == "choice":
            known[one["id"]] = {item["id"] for item in one["value"]["choices"]}
    return raw


def told_by_results(survey):
    """Return how many gave each answer, by the words of question and answer."""
    told = Counter()
    for result in get_results(survey=survey).questions:
        tag = tag_of(result.question.label)
        if result.question.type == "text":
            told[tag, "words"] += result.n
        for row in result.rows:
            words = tag_of(row.label)
            if result.question.type == "scale":
                words = f"{row.value}/{result.question.options['high']}"
            told[tag, words] += row.count
    return +told


@pytest.mark.slow
def test_no_answer_is_refused_lost_or_counted_as_another(locales):
    run_state_machine_as_test(
        Answering,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
