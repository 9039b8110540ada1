"""Whoever asks with an address learns nothing from the work that it makes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.models import Subscription, Topic
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
SIGN_UP = "/feedback/newsletter/subscribe/"
LINK = "/feedback/newsletter/preferences/"


@pytest.fixture
def rows(mailing_list, subscribe):
    """An address of each kind; nobody@example.org is unknown."""
    subscribe("confirmed@example.org")
    for state in ("pending", "unsubscribed"):
        Subscription.objects.create(
            mailing_list=mailing_list, email=f"{state}@example.org", state=state
        )


def statements(client, url, who, **data):
    """Return the kinds of the statements that a post makes, and what it answers."""
    with CaptureQueriesContext(connection) as found:
        response = client.post(url, {"email": f"{who}@example.org", "lang": "en", **data}, **OWN)
    # A savepoint that is given up is two statements, of which the database waits for none.
    ends = ("RELEASE", "ROLLBACK")
    kinds = [kind for q in found if (kind := q["sql"].split()[0]) not in ends]
    return kinds, response.status_code, response.content


@pytest.mark.parametrize("url", [SIGN_UP, LINK])
def test_every_address_makes_the_same_statements(client, rows, mailing_list, url):
    topic = Topic.objects.create(mailing_list=mailing_list, name="Tests")
    data = {"topics": topic.pk} if url == SIGN_UP else {}
    for warm in ("first", "confirmed"):
        statements(client, url, warm, **data)  # each letter is written once
    Delivery.objects.all().delete()
    first, again = (
        [
            statements(client, url, who, **data)
            for who in ("nobody", "pending", "confirmed", "unsubscribed")
        ]
        for _time in range(2)
    )
    assert first[1:] == first[:-1]
    # The second time, when the pause lets no mail through, a known address is no quicker.
    assert again[1:] == again[:-1]


def test_what_was_done_for_nobody_is_taken_back(client, rows):
    statements(client, LINK, "nobody")
    assert not Delivery.objects.exists()
    statements(client, LINK, "confirmed")
    statements(client, LINK, "confirmed")
    assert Delivery.objects.count() == 1


def test_who_asks_for_a_subscriber_changes_no_topic_of_theirs(client, rows, mailing_list):
    topic = Topic.objects.create(mailing_list=mailing_list, name="Tests")
    statements(client, SIGN_UP, "confirmed", topics=topic.pk)
    assert not Subscription.objects.get(email="confirmed@example.org").topics.exists()
