"""A list, its subscribers, and the links of the mails that went out."""

import datetime
import re

import pytest
from django.core import mail
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.mail import services as post_office
from cx_feedback.newsletter import services, tasks
from cx_feedback.newsletter.models import FollowUpRule, MailingList, Subscription
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader


@pytest.fixture
def mailing_list(db):
    return MailingList.objects.create(name="Friday letter", description="One article a week.")


@pytest.fixture
def subscribe(mailing_list):
    """Make a confirmed subscriber, without mail."""

    def make(email="ana@example.org", language="en", to=mailing_list, **kwargs):
        row, _ = Subscription.objects.get_or_create(
            mailing_list=to, email=email, defaults={"language": language, **kwargs}
        )
        return services.confirm_subscription(subscription_id=row.pk, reader=kwargs.get("reader"))

    return make


@pytest.fixture
def reader(db):
    return readers.create_reader()


def link_in(message, word):
    """Return the path of the link in ``message`` that holds ``word``."""
    return re.search(rf"http://[^/]+(/[^\s>]*{word}[^\s>]*)", message.body)[1]


def send():
    """Send what is due; return the messages that went out by it."""
    before = len(mail.outbox)
    post_office.send_due()
    return mail.outbox[before:]


@pytest.fixture
def rule(mailing_list):
    """Make a rule."""

    def make(trigger=FollowUpRule.Trigger.ANSWERED, **kwargs):
        words = {"name": "Thanks", "subject": "Hello {name}", "body": "<p>Thank you, {name}.</p>"}
        return FollowUpRule.objects.create(
            **{"mailing_list": mailing_list, "trigger": trigger, "active": True, **words, **kwargs}
        )

    return make


def run_twice():
    """Run every task twice; return the messages that went out."""
    for _ in range(2):
        tasks.find_missed_activities()
        tasks.dispatch_follow_ups()
    return [*send(), *send()]


def fall_silent(reader, silence=1):
    since = timezone.localdate() - datetime.timedelta(days=30)
    signals.reader_fell_silent.send(
        Reader, reader_id=reader.pk, silence_id=silence, since=since, probability=0.1
    )
