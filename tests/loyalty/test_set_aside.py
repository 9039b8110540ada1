"""Answers that an editor has set aside say nothing of their reader's attitude."""

import pytest

from cx_feedback.core.rooms.titles import get_names
from cx_feedback.loyalty.reports.attitudes import update_attitudes
from cx_feedback.loyalty.reports.report_models import Attitude
from cx_feedback.nps.services import submit_score
from cx_feedback.readers.services import create_reader
from cx_feedback.surveys.services.response_deletion import delete_responses
from cx_feedback.surveys.services.response_states import mark_responses
from tests.pages import make_widget

pytestmark = pytest.mark.django_db


def get_attitude():
    update_attitudes()
    row = Attitude.objects.filter(nps_at__isnull=False).first()
    return row and row.nps_score


def test_spam_is_no_attitude_until_it_counts_again(home):
    widget, reader = make_widget(), create_reader()
    earlier = submit_score(widget_id=widget.pk, score=3, reader=reader)
    later = submit_score(widget_id=widget.pk, score=10, reader=reader)
    assert get_attitude() == 10
    mark_responses(survey=widget, seen={later.pk: "counted"}, state="spam")
    assert get_attitude() == 3
    mark_responses(survey=widget, seen={later.pk: "spam"}, state="counted")
    assert get_attitude() == 10
    both = {earlier.pk: "counted", later.pk: "counted"}
    delete_responses(survey=widget, seen=both, reason="asked for")
    assert get_attitude() is None


def test_readers_are_named_with_their_timeline(home):
    reader = create_reader()
    named = get_names("reader", {reader.pk, 999_999})
    assert named.keys() == {reader.pk}
    assert named[reader.pk].url.endswith(f"/{reader.pk}/")
