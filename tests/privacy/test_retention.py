"""What ends by itself: one nightly task for all rooms, its preview, and the documents."""

import datetime
import io
import traceback

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cx_feedback.comments.models import Comment
from cx_feedback.core.privacy import expiry, registry
from cx_feedback.core.privacy.personal_data import Expiry
from cx_feedback.core.retention_periods import PERIODS
from cx_feedback.core.schedule import beat_schedule
from cx_feedback.readers import tasks
from cx_feedback.readers.models import StoredAnswer
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = pytest.mark.django_db


def count(period, now=None):
    previews = expiry.preview_expiries(now=now)
    return sum(one.count for one in previews if one.expiry.period == period)


def test_each_period_has_its_end_and_no_other():
    assert {one.period for one in registry.get_expiries()} == set(PERIODS)


@pytest.mark.parametrize(
    ("period", "days", "words"),
    [
        ("visit_days", {"VISIT_DAYS": 0}, "no limit"),
        ("refused_comments", {"COMMENTS_REFUSED_DAYS": 0}, "no limit"),
        ("partial_responses", {"SURVEYS_PARTIAL_DAYS": 0}, "not kept"),
        ("partial_responses", {"SURVEYS_PARTIAL_DAYS": 3}, "3 days"),
    ],
)
def test_no_days_are_no_limit_or_nothing_kept(settings, period, days, words):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **days}
    assert expiry.describe_length(period) == words


def test_one_nightly_task_ends_all():
    named = [entry["task"] for entry in beat_schedule().values()]
    assert named.count("cx_feedback.readers.delete_expired") == 1


def test_the_preview_says_what_the_night_deletes_and_changes_nothing(write):  # noqa: F811
    comment = write("Bad", state="reject")
    late = timezone.now() - datetime.timedelta(days=181)
    Comment.objects.filter(pk=comment.pk).update(decided_at=late, created_at=late)
    StoredAnswer.objects.create(
        idempotency_key="k",
        request_hash="h",
        created_at=timezone.now() - datetime.timedelta(days=9),
    )
    assert (count("refused_comments"), count("stored_answers")) == (1, 1)
    assert Comment.objects.exists()
    assert tasks.delete_expired() >= 2
    assert not Comment.objects.exists()
    assert not StoredAnswer.objects.exists()
    assert (count("refused_comments"), count("stored_answers")) == (0, 0)


def test_what_ends_tomorrow_is_in_the_preview_of_tomorrow(db):
    made = timezone.now() - datetime.timedelta(days=7, hours=23)
    StoredAnswer.objects.create(idempotency_key="k", request_hash="h", created_at=made)
    assert count("stored_answers") == 0
    assert count("stored_answers", timezone.now() + datetime.timedelta(hours=2)) == 1


def test_zero_days_keep_the_rows(settings, write):  # noqa: F811
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_REFUSED_DAYS": 0}
    write("Bad", state="reject")
    assert count("refused_comments", timezone.now() + datetime.timedelta(days=9999)) == 0


def test_an_error_of_one_stops_no_other(monkeypatch, caplog):
    done = []

    def fail():
        raise ValueError("ana@example.org")

    ends = [
        Expiry("visit_days", "x", lambda now: [], one)
        for one in (fail, lambda: done.append(1) or 1)
    ]
    monkeypatch.setattr(expiry, "get_expiries", lambda: ends)
    with pytest.raises(RuntimeError, match=r"^What ends by visit_days .*: ValueError$") as raised:
        expiry.delete_expired()
    assert done == [1]
    assert "ana@" not in "".join(traceback.format_exception(raised.value))
    assert "ana@" not in caplog.text  # an error of a database may hold values of the row


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("document", ["record", "notice"])
def test_documents_name_each_purpose_kind_and_period(document, language):
    out = io.StringIO()
    call_command("cx_privacy_documents", document, language=language, stdout=out)
    text = out.getvalue()
    assert text.startswith("# ")
    assert text.count("## ") >= 15
    assert ("180 days" if language == "en" else "180 días") in text
    assert ("Article 6(1)(a)" if language == "en" else "artículo 6.1.a") in text


def test_officers_see_the_night_and_get_the_documents(admin_client, client):
    address = reverse("cx_privacy:retention")
    html = admin_client.get(address).content.decode()
    assert "Rejected comments and spam" in html
    file = admin_client.get(address, {"document": "record"})
    assert file["Content-Type"].startswith("text/markdown")
    assert "Article 30" in file.content.decode()
    assert client.get(address).status_code == 302
