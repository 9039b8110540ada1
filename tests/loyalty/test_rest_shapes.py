"""Each answer of the loyalty room is made by the serializer that describes it."""

import pytest

from cx_feedback.loyalty import services
from cx_feedback.loyalty.reports import cohorts
from cx_feedback.loyalty.reports.report_models import Experiment
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END, weeks_before
from tests.loyalty.test_screens import effect
from tests.rest_shapes import ShapeWalk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("added_field")]
PATHS = ("", "tiers/", "returns/", "cohorts/", "attitudes/", "causes/", "experiments/", "scores/")


def test_serializers_make_the_answers(client, admin_client, magazine, article):
    services.score_readers(as_of=weeks_before(1), history_only=True)
    services.score_readers(as_of=END)
    cohorts.measure_cohorts(as_of=END)
    effect("article", article.pk, verdict="more")
    Experiment.objects.create(
        rule_id=1, percent=20, since=weeks_before(52), as_of=END, horizon_weeks=4,
        written=400, written_returned=220, held=400, held_returned=160,
    )  # fmt: skip
    reader = Reader.objects.earliest("pk")
    readers.give_consent(reader=reader, purpose="visits", wording="Count me.", source="rest")
    walk = ShapeWalk(client, "loyalty/")
    for path in PATHS:
        walk.call(admin_client, f"loyalty/{path}")
    walk.call(admin_client, "loyalty/readers/?limit=5")
    walk.call(admin_client, f"loyalty/readers/{reader.pk}/")
    walk.call(client, "loyalty/", status=403)
    assert walk.get_missing() == set()
