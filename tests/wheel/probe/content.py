"""An article with a block of each kind, and a row of whatever the admin shows."""

import json

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from home.models import HomePage

from cx_feedback.comments.models import Ban, Comment, Policy, SavedReply, Section
from cx_feedback.conversations.models import (
    Absence,
    AssignmentRule,
    Calendar,
    ConversationRule,
    ConversationSection,
    Promise,
    SavedAnswer,
)
from cx_feedback.conversations.services.letters import Letter, store_letter
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Mailing, RateLimit
from cx_feedback.newsletter.models import (
    Digest,
    FollowUpRule,
    Issue,
    MailingList,
    SubscriberImport,
)
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers import services as readers
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.models import Survey
from cx_feedback.tokens import services as tokens
from cx_feedback.webhooks import services as webhooks

CHOICES = [
    {"type": "item", "id": "c-good", "value": "Good"},
    {"type": "item", "id": "c-bad", "value": "Bad"},
]
QUESTIONS = [
    {
        "type": "choice",
        "id": "q-choice",
        "value": {"label": "How was it?", "required": True, "choices": CHOICES},
    },
    {"type": "scale", "id": "q-scale", "value": {"label": "How easy?", "low": 1, "high": 5}},
    {"type": "text", "id": "q-text", "value": {"label": "Why?", "required": False}},
]


def make_accounts() -> None:
    """Make a superuser and an account that comments."""
    users = get_user_model().objects
    users.create_superuser("chief", "chief@example.org", "x")
    users.create_user("ana", "ana@example.org", "x", first_name="Ana", last_name="Díaz")


def publish_article() -> HomePage:
    """Publish the site's page with a survey, an NPS widget, comments and a subscription."""
    survey = surveys.publish_survey(survey=Survey(title="Your visit", questions=QUESTIONS))
    widget = surveys.publish_survey(survey=NPSWidget(title="Would you recommend us?"))
    friday = MailingList.objects.create(name="Friday letter")
    page = HomePage.objects.get()
    page.body = json.dumps(
        [
            {"type": "text", "value": "<p>Worth reading.</p>"},
            {"type": "survey", "value": {"survey": survey.pk}},
            {"type": "nps", "value": {"widget": widget.pk}},
            {"type": "comments", "value": {}},
            {"type": "subscribe", "value": {"mailing_list": friday.pk}},
            {"type": "letter", "value": {"to": "author"}},
        ]
    )
    page.save_revision().publish()
    return page


def fill_admin(page: HomePage) -> None:
    """Make what readers do not make: a row for every list of the admin."""
    friday = MailingList.objects.get(name="Friday letter")
    FollowUpRule.objects.create(
        name="Welcome",
        trigger="subscribed",
        mailing_list=friday,
        subject="Hello",
        body="<p>Welcome</p>",
    )
    chief = get_user_model().objects.get(username="chief")
    office = Calendar.objects.create(name="Office", time_zone="UTC", monday="09:00-17:00")
    Promise.objects.create(name="All", calendar=office, first_answer=480)
    ConversationRule.objects.create(name="Low scores", trigger="detractor", active=True)
    AssignmentRule.objects.create(name="To the author", target="author")
    Absence.objects.create(account=chief, first_day="2026-12-24", last_day="2026-12-31")
    Mailing.objects.create(name="rule:1")
    Issue.objects.create(mailing_list=friday, subject="News")
    Digest.objects.create(name="Weekly", mailing_list=friday, subject="This week")
    SubscriberImport.objects.create(file_name="people.csv")
    tokens.create_token(owner=chief, name="The app", scopes=["cx_feedback_surveys.view_results"])
    webhooks.create_endpoint(
        owner=chief, name="The shop", url="https://shop.example.org/", events=["comment.created"]
    )
    export = exports.request_export(
        survey=Survey.objects.get(kind=Survey.SURVEY),
        user=chief,
        format="xlsx",
        headings="labels",
        with_texts=True,
    )
    assert exports.write_export(export_id=export.pk)
    RateLimit.objects.create(name="The provider's", per_minute=600)
    post_office.suppress_address(address="gone@example.org")
    Ban.objects.create(kind="author", key="x", comment=Comment.objects.earliest("pk"))
    Policy.objects.create(page=page.page_ptr, rule="first")
    SavedAnswer.objects.create(title="Hello", text="Hello {reader},")
    SavedReply.objects.create(title="Thanks", text="Thank you, {author}.")
    politics = Group.objects.create(name="Politics")
    Section.objects.create(group=politics, page=page.page_ptr)
    ConversationSection.objects.create(group=politics, page=page.page_ptr)
    store_letter(
        letter=Letter("A question", "Ana", "ana@example.org", page_id=page.pk),
        reader=readers.create_reader(),
    )
