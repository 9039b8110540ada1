"""The statement that stores the results of a batch and marks the next one."""

import datetime

import pytest
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cx_feedback.mail import services
from cx_feedback.mail.models import Delivery, hash_address
from cx_feedback.mail.services import Recipient
from cx_feedback.mail.services.status_updater import update_statuses

State = Delivery.State
FIELDS = ("recipient_key", "state", "attempts", "sent_at", "lease_until", "error")


def mark_by_orm(token, sent, sending, now, lease):
    """The same in Django's words."""
    rows = Delivery.objects.filter(claimed_by=token)
    return rows.filter(pk__in=[*sent, *sending], state__in=[State.SENDING, State.IN_DOUBT]).update(
        state=State.SENT, attempts=F("attempts") + 1, sent_at=now, lease_until=None, error=""
    ) + rows.filter(pk__in=[*sent, *sending], state=State.CLAIMED).update(
        state=State.SENDING, lease_until=lease
    )


def make_rows():
    """Make rows in all states, each for the run and for another one."""
    Delivery.objects.all().delete()
    services.queue_mailing(
        message=services.create_message(subject="S", text="T"),
        mailing="m:1",
        recipients=[Recipient(f"{n:02}", f"r{n}@example.org") for n in range(16)],
    )
    rows = list(Delivery.objects.order_by("recipient_key"))
    for row, (state, run) in zip(
        rows, [(state, run) for state in State for run in ("mine", "other")], strict=True
    ):
        Delivery.objects.filter(pk=row.pk).update(
            state=state, claimed_by=run, attempts=2, error="before"
        )
    return [row.pk for row in rows]


@pytest.mark.django_db
def test_it_does_what_django_would(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    now = timezone.now()
    found = []
    for mark in (update_statuses, mark_by_orm):
        ids = make_rows()
        count = mark(
            token="mine",
            sent=ids[:8],
            sending=ids[8:],
            now=now,
            lease=now + datetime.timedelta(minutes=5),
        )
        rows = list(Delivery.objects.order_by("recipient_key").values_list(*FIELDS))
        found.append((count, rows))
    assert found[0] == found[1]
    assert found[0][0] == 3  # claimed, being sent, in doubt


@pytest.mark.django_db
def test_nothing_to_mark_is_no_query(django_assert_num_queries):
    now = timezone.now()
    with django_assert_num_queries(0):
        assert update_statuses(token="mine", sent=[], sending=[], now=now, lease=now) == 0


def test_digests_are_those_of_djangos_salted_hmac(settings):
    settings.SECRET_KEY = "another"
    theirs = salted_hmac("cx_feedback.mail.suppression", "ana@example.org", algorithm="sha256")
    assert hash_address(" Ana@example.org") == theirs.hexdigest()
    row = Delivery(pk=3, mailing="m:1", recipient_key="7")
    theirs = salted_hmac("cx_feedback.mail.reference", "m:1\n7", algorithm="sha256")
    assert row.reference == f"3-{theirs.hexdigest()[:20]}"
