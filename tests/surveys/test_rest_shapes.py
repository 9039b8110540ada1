"""Each answer of surveys and NPS widgets is made by the serializer that describes it."""

import datetime

import pytest

from cx_feedback.nps import services as nps
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response
from tests.pages import make_widget
from tests.rest_shapes import ShapeWalk
from tests.surveys.conftest import BAD, GOOD, stream
from tests.surveys.flow.conftest import block, choice, rules
from tests.surveys.polls.conftest import make_poll, vote  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("added_field")]
PERIODS = (
    "before_since=2026-03-06&before_until=2026-03-15&after_since=2026-03-16&after_until=2026-03-20"
)
GRID = {"rows": [{"type": "item", "id": "r-food", "value": "Food"}],
        "columns": [{"type": "item", "id": "k-good", "value": "Good"}]}  # fmt: skip


@pytest.fixture
def survey(draft):
    """A survey of every shape, answered by many on twenty days."""
    worse = rules(("q-scale", "at_most", 2))
    draft.questions = draft.questions.stream_block.to_python(
        stream(
            block("matrix", "q-grid", "And these?", **GRID),
            block("text", "q-more", "Why so hard?", show_if=worse),
            choice("q-again", "Again?"),
            block("csat", "q-csat", "Satisfied?", look="smileys", low_label="", high_label=""),
            block("ending", "e-end", "The end", help="", page=None, url="", show_if=worse),
        )
    )
    survey = services.publish_survey(survey=draft)
    version = survey.versions.get(current=True)
    Response.objects.bulk_create(
        Response(
            survey=survey,
            version=version,
            page_id=1 + (number > 8),
            answers={
                "q-choice": (GOOD, BAD)[number % 2],
                "q-scale": min(5, 2 + number % 3 + (day > 15)),
                "q-grid": {"r-food": "k-good"},
                "q-csat": 4,
                "q-again": ("c-yes", "c-no")[number % 2],
            },
            created_at=datetime.datetime(2026, 3, day, 12, tzinfo=datetime.UTC),
        )
        for day in range(1, 21)
        for number in range(18)
    )
    return survey


def test_serializers_make_the_answers_of_surveys(client, admin_client, survey, make_poll, vote):  # noqa: F811
    walk = ShapeWalk(client, "surveys/")
    path = f"surveys/{survey.pk}/"
    walk.call(client, "surveys/")
    walk.call(client, path)
    poll = make_poll()
    vote(poll, yes=6)
    walk.call(client, f"surveys/{poll.pk}/poll/")
    walk.call(client, f"{path}responses/", {"answers": {}}, status=400)
    answers = {"q-choice": GOOD, "q-scale": 1}
    walk.call(client, f"{path}responses/", {"answers": answers}, status=201)
    walk.call(admin_client, f"{path}responses/")
    walk.call(admin_client, f"{path}results/")
    walk.call(admin_client, f"{path}results/?answer=q-choice:{GOOD}")
    walk.call(admin_client, f"{path}results/crosstab/?rows=q-choice&columns=q-again")
    walk.call(admin_client, f"{path}results/trend/?span=week")
    walk.call(admin_client, f"{path}results/periods/?{PERIODS}")
    walk.call(admin_client, f"{path}results/pages/")
    assert walk.get_missing() == set()


def test_serializers_make_the_answers_of_nps_widgets(client, admin_client, article):
    widget = make_widget()
    for language in ("en", "es"):
        for score in (10, 10, 9, 9, 9, 7, 7, 7, 7, 7, 3, 3, 3, 3, 3):
            nps.submit_score(
                widget_id=widget.pk, score=score, page_id=article.pk, language=language
            )
    walk = ShapeWalk(client, "nps/")
    path = f"nps/{widget.pk}/"
    walk.call(client, path)
    walk.call(client, f"{path}responses/", {"answers": {}}, status=400)
    walk.call(client, f"{path}responses/", {"answers": {"score": 9}}, status=201)
    walk.call(admin_client, f"{path}responses/")
    walk.call(admin_client, f"{path}results/")
    # Shapes of surveys that no widget has.
    assert walk.get_missing() <= {"RuleOut"}
