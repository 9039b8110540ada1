"""The statement that sending commits over and over: prepared where sessions last."""

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils.crypto import salted_hmac

from cx_feedback.mail import services
from cx_feedback.mail.models import Delivery, hash_address
from cx_feedback.mail.services import Recipient

prepares = pytest.mark.skipif(connection.vendor != "postgresql", reason="PREPARE of PostgreSQL")
pytestmark = pytest.mark.django_db(transaction=True)


class Forgetful(EmailBackend):
    """Sends as if a pooler gave each transaction another session."""

    def send_messages(self, messages):
        query("DEALLOCATE ALL")
        return super().send_messages(messages)


@pytest.fixture
def ten(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    connection.close()  # what was prepared before goes with the session
    services.queue_mailing(
        message=services.create_message(subject="S", text="T"),
        mailing="m:1",
        recipients=[Recipient(str(n), f"r{n}@example.org") for n in range(10)],
    )


def query(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


def prepared():
    names = query("SELECT name FROM pg_prepared_statements")
    return [name for (name,) in names if name.startswith("cx_turn_over")]


@prepares
@pytest.mark.parametrize("commit_size", [1, 3])
def test_runs_of_one_session_share_it(ten, commit_size):
    assert services.send_due(limit=5, commit_size=commit_size).sent == 5
    names = prepared()
    assert names
    assert services.send_due(commit_size=commit_size).sent == 5
    assert prepared() == names


@prepares
def test_a_session_that_does_not_know_it_costs_no_mail(ten, settings, mailoutbox):
    settings.EMAIL_BACKEND = f"{__name__}.Forgetful"
    assert services.send_due(commit_size=1).sent == 10
    assert len(mailoutbox) == 10
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}


@prepares
def test_nothing_is_prepared_behind_a_pooler(ten, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert services.send_due(commit_size=1).sent == 10
    assert prepared() == []


def test_digests_are_those_of_djangos_salted_hmac(settings):
    settings.SECRET_KEY = "another"
    theirs = salted_hmac("cx_feedback.mail.suppression", "ana@example.org", algorithm="sha256")
    assert hash_address(" Ana@example.org") == theirs.hexdigest()
    row = Delivery(pk=3, mailing="m:1", recipient_key="7")
    theirs = salted_hmac("cx_feedback.mail.reference", "m:1\n7", algorithm="sha256")
    assert row.reference == f"3-{theirs.hexdigest()[:20]}"
