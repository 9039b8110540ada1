"""What the counts of each type say, and what survives an edit."""

import pytest
from django.utils.translation import override
from wagtail.admin.icons import get_icons
from wagtail.blocks import StructBlockValidationError

from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results import scores_and_intervals
from tests.surveys.questions.asking import items, question, raw


def counted(asked, *answers):
    """Return the result of these answers."""
    kind, counts = questions.get(asked.type), {}
    for answer in answers:
        kept = kind.clean(asked, answer)
        for value in ("", *kind.get_tally_values(asked, kept)):
            counts[value] = counts.get(value, 0) + 1
    with override("en"):
        return kind.build_result(asked, counts)


def rows(result):
    return [(row.label, row.count) for row in result.rows]


def successor(before, now):
    definition = Definition("t", questions=(now,))
    return definition.following(Definition("t", questions=(before,)), questions).questions[0]


def test_choices_count_readers_and_their_other_words():
    result = counted(question("choices"), ["red", "green"], ["red", {"other": "x"}])
    assert rows(result) == [("Red", 2), ("Green", 1), ("Blue", 0), ("Another", 1)]
    assert result.n == 2
    assert result.rows[0].share == scores_and_intervals.compute_share(2, 2)


def test_other_is_shown_as_retired_once_it_is_offered_no_longer():
    asked = question("choice", other="")
    result = questions.get("choice").build_result(asked, {"": 3, "red": 2, ":other": 1})
    assert (result.rows[-1].count, result.rows[-1].retired, result.has_texts) == (1, True, True)


def test_the_score_of_each_scale():
    points = [1, 2, 3, 4, 5, 5, 5]
    csat = counted(question("csat"), *points)
    assert csat.score == scores_and_intervals.compute_share(4, 7)
    assert [round(f.score.value, 2) for f in csat.more] == [3.57]
    ces = counted(question("ces"), *points, 7, 7)
    assert round(ces.score.value, 2) == round(sum([*points, 14]) / 9, 2)
    assert [f.score for f in ces.more] == [scores_and_intervals.compute_balance(2, 3, 9)]
    assert counted(question("nps"), 10, 9, 8, 0).score == scores_and_intervals.compute_balance(
        2, 1, 4
    )
    assert round(counted(question("rating"), *points).score.value, 2) == 3.57


def test_smileys_and_stars_have_words():
    with override("en"):
        for look, high, first, last in (
            ("stars", 5, "1: 1 star", "5: Great"),
            ("smileys", 3, "1: Very bad", "3: Great"),
            ("numbers", 5, "", "5: Great"),
        ):
            asked = question("rating", look=look, high=high)
            shown = questions.get("rating").get_inputs(asked, 2)
            assert (shown[0].label, shown[-1].label) == (first, last)
            assert [o.value for o in shown if o.checked] == ["2"]


def test_emotional_value_and_the_shares_of_clusters():
    result = counted(question("emotion"), "sad", "curious", "safe", "happy", "happy")
    assert round(result.score.value, 2) == round(100 * (-1 + 0.33 + 0.66 + 2) / 5, 2)
    net, *clusters = result.more
    assert net.score == scores_and_intervals.compute_nev(positive=4, negative=1)
    assert [(f.label, f.score.value) for f in clusters][-1] == ("Advocacy, %", 40)
    act = questions.get("emotion").get_activity_detail(question("emotion"), "sad")
    assert act == {"emotion": "sad", "emotion_words": "Sad", "emotional_value": -1}


def test_an_emotion_in_another_cluster_is_another_emotion(settings):
    before = question("emotion")
    moved = [dict(item) for item in raw("emotion")["value"]["emotions"]]
    moved[1] = {**moved[1], "value": {"label": "Curious", "cluster": "trust"}}
    now = successor(before, question("emotion", emotions=moved))
    assert now.key == before.key
    keys = [e["key"] for e in now.options["emotions"]]
    assert keys == ["sad", "curious_2", "safe", "happy"]
    assert [e["key"] for e in now.options["retired_emotions"]] == ["curious"]
    again = successor(now, question("emotion"))
    assert [e["key"] for e in again.options["emotions"]] == ["sad", "curious", "safe", "happy"]
    assert [e["key"] for e in again.options["retired_emotions"]] == ["curious_2"]
    # A weight that the site changes counts for the answers to come.
    settings.CX_FEEDBACK = {"EMOTION_CLUSTERS": {"attention": 0, "trust": None}}
    changed = successor(before, question("emotion"))
    assert [e["key"] for e in changed.options["emotions"]] == [
        "sad",
        "curious_2",
        "safe_2",
        "happy",
    ]
    assert changed.options["emotions"][1]["weight"] == 0


def test_ranking_by_mean_rank():
    result = counted(
        question("ranking"), ["bees", "ants", "cats"], {"bees": 1, "cats": 2, "ants": 3}
    )
    assert rows(result) == [("Bees", 2), ("Ants", 0), ("Cats", 0)]
    assert [row.score.value for row in result.rows] == [1, 2.5, 2.5]
    top = question("ranking", top=1)
    assert rows(counted(top, ["cats"]))[0] == ("Cats", 1)
    assert successor(question("ranking"), top).key == "q-ranking_2"


def test_a_matrix_by_rows_and_columns_with_the_retired_ones():
    asked = question("matrix")
    kind, answers = questions.get("matrix"), [{"speed": "good"}, {"speed": "poor", "price": "good"}]
    counts = {"": 2}
    for answer in answers:
        for value in kind.get_tally_values(asked, answer):
            counts[value] = counts.get(value, 0) + 1
    result = kind.build_result(asked, counts)
    assert rows(result) == [("Speed", 2), ("Price", 1)]
    assert [(c.label, c.count, c.share.value) for c in result.rows[0].cells] == [
        ("Poor", 1, 50),
        ("Fair", 0, 0),
        ("Good", 1, 50),
    ]
    fewer = question("matrix", rows=items("price", "looks"), columns=items("poor", "fair"))
    now = successor(asked, fewer)
    assert now.key == asked.key
    result = kind.build_result(now, counts)
    assert [(r.label, r.count, r.retired) for r in result.rows] == [
        ("Price", 1, False),
        ("Looks", 0, False),
        ("Speed", 2, True),
    ]
    assert [(c.label, c.count, c.retired) for c in result.rows[0].cells] == [
        ("Poor", 0, False),
        ("Fair", 0, False),
        ("Good", 1, True),
    ]
    assert kind.format_answer(now, answers[1]) == "Speed: Poor; Price: Good"


def test_numbers_exactly_where_they_can_be_and_in_ranges_where_they_are_many():
    ages = [16, 18, 18, 30, 41]
    result = counted(question("number"), *ages)
    assert result.score.value == sum(ages) / 5
    assert [f.score.value for f in result.more] == [18]
    assert rows(result)[1] == ("18 years", 2)
    many = counted(question("number"), *range(18, 90))
    assert len(many.rows) <= 12
    assert sum(row.count for row in many.rows) == many.n == 72
    assert rows(many)[0] == ("10-19 years", 2)
    prices = question("number", low="0", high="10", step="0.01", unit="€")
    assert counted(prices, 1.23, 2.34).score.value == pytest.approx(1.785)
    assert successor(question("number"), prices).key == "q-number_2"


def test_a_number_is_tallied_as_it_was_written():
    free = question("number", low=None, high=None, step=None, unit="")
    kind = questions.get("number")
    told = {
        v: next(iter(kind.get_tally_values(free, v)))
        for v in (1987, 12345, 0.123456, -1.5, 10**12, 1e-6)
    }
    assert told == {
        1987: "1987",
        12345: "12345",
        0.123456: "0.123456",
        -1.5: "-1.5",
        10**12: "1000000000000",
        1e-6: "0.000001",
    }
    result = counted(free, *(v * 1.7 for v in range(-40, 40)))
    assert len(result.rows) <= 12
    assert sum(row.count for row in result.rows) == 80


def test_dates_by_month_and_by_year():
    result = counted(question("date"), "2026-05-31", "2026-05-01", "2026-06-01")
    assert rows(result) == [("May 2026", 2), ("June 2026", 1)]
    days = [f"{2020 + n // 12}-{n % 12 + 1:02}-03" for n in range(30)]
    assert rows(counted(question("date"), *days)) == [("2020", 12), ("2021", 12), ("2022", 6)]


@pytest.mark.parametrize(
    ("kind", "field", "changed"),
    [
        ("choice", "choices", {"choices": items("a", "b") + items("A")}),
        ("choices", "max_choices", {"min_choices": 3, "max_choices": 2}),
        ("choices", "min_choices", {"min_choices": 5, "max_choices": None}),
        ("rating", "high", {"look": "smileys", "high": 7}),
        ("scale", "low", {"low": 5}),
        ("emotion", "emotions", {"emotions": raw("emotion")["value"]["emotions"][:1] * 2}),
        ("ranking", "choices", {"choices": items("a", " a ")}),
        ("ranking", "top", {"top": 4}),
        ("matrix", "rows", {"rows": items("a", "a")}),
        ("matrix", "columns", {"columns": items("b", "B")}),
        ("number", "high", {"low": "5", "high": "5"}),
        ("number", "step", {"low": "0", "high": "5", "step": "6"}),
        ("short_text", "max_length", {"min_length": 5, "max_length": 4}),
        ("text", "max_length", {"min_length": 5, "max_length": 4}),
        ("date", "last", {"first": "2026-05-05", "last": "2026-05-04"}),
        ("date", "first", {"first": "1812-01-01"}),
    ],
)
def test_an_editor_is_told_which_field_is_wrong(kind, field, changed):
    block = questions.get(kind).block()
    value = block.to_python(raw(kind, **changed)["value"])
    with pytest.raises(StructBlockValidationError) as caught:
        block.clean(value)
    assert list(caught.value.block_errors) == [field]


@pytest.mark.parametrize("kind", [k for k, t in questions.all_types().items() if t.block])
def test_every_block_presents_itself(kind):
    block = questions.get(kind).block()
    assert block.meta.icon != "placeholder"
    assert f'id="icon-{block.meta.icon}"' in get_icons()
    assert len(block.get_description()) > 15
    assert block.label
