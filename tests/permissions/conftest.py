"""Something for every address to be about, and accounts of every role."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.test import Client

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Ban, Objection, Policy, SavedReply, Section
from cx_feedback.comments.submission import comment_input
from cx_feedback.conversations.models import (
    Absence,
    AssignmentRule,
    Calendar,
    Conversation,
    ConversationRule,
    ConversationSection,
    Promise,
    SavedAnswer,
)
from cx_feedback.core.admin.default_groups import GROUPS, create_default_groups
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery, Mailing, RateLimit
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import (
    Digest,
    FollowUpRule,
    Issue,
    MailingList,
    SubscriberImport,
    Subscription,
)
from cx_feedback.nps.services import submit_score
from cx_feedback.readers import services as readers
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.exports.models import Export
from cx_feedback.tokens.models import Token
from cx_feedback.webhooks import services as webhooks
from cx_feedback.webhooks.models import Endpoint
from tests.pages import make_survey, make_widget
from tests.permissions.address_table import EVERYWHERE, SUPERUSER
from tests.site.models import ArticlePage
from tests.surveys.conftest import GOOD

MODERATORS, EDITORS = GROUPS
AWAY = {"first_day": "2026-12-24", "last_day": "2026-12-31"}
#: Roles of the admin, each with the group of ``cx_groups`` that it is in.
ROLES = {
    "staff": None,
    "editor": EDITORS,
    "moderator": MODERATORS,
    "section": None,
    "superuser": None,
}


@pytest.fixture
def pages(home):
    """A section with a page, and a page outside of it."""
    section = home.add_child(instance=ArticlePage(title="Inside", slug="inside"))
    outside = home.add_child(instance=ArticlePage(title="Outside", slug="outside"))
    for page in (section, outside):
        page.body = [("comments", {"heading": "", "order": "newest"})]
        page.save_revision().publish()
    return {"inside": section, "outside": outside}


@pytest.fixture
def moderated(pages):
    """What moderators decide on, inside of the section and outside of it."""

    def make(page):
        draft = comment_input.parse_comment({"name": "Ana", "text": "Words"}, page_id=page.pk)
        comment = comments.store_comment(draft=draft).comment
        batch = comments.approve_comments(ids=[comment.pk]).batch
        ban = Ban.objects.create(kind="author", key=f"key:{page.pk}", comment=comment)
        event = comment.events.get()
        objection = Objection.objects.create(comment=comment, event=event, text="No")
        return {"pk": comment, "page_id": page, "batch": batch, "ban": ban, "objection": objection}

    return {scope: make(page) for scope, page in pages.items()}


def begin_conversation(page):
    return Conversation.objects.create(
        reader=readers.create_reader(), kind="letter", matter="letter:1", page=page
    )


@pytest.fixture
def objects(pages, moderated, django_user_model):
    """What the parameters stand for, by namespace or by a whole name."""
    token_owner = django_user_model.objects.create_user("owner", "owner@example.org", "x")
    mailing_list = MailingList.objects.create(name="Friday letter")
    rule = FollowUpRule.objects.create(
        name="Rule",
        trigger="subscribed",
        mailing_list=mailing_list,
        subject="Hello",
        body="<p>x</p>",
    )
    newsletter.subscribe(email="ana@example.org")
    survey = make_survey()
    letter = {"mailing_list": mailing_list, "subject": "x"}
    snippets = "wagtailsnippets_cx_feedback_"
    group = Group.objects.create(name="Politics")
    section = Section.objects.create(group=group, page=pages["inside"])
    endpoint = Endpoint.objects.create(name="x", url="https://example.com/", owner=token_owner)
    one_of_each = {
        "surveys_survey": survey,
        "nps_npswidget": make_widget(),
        "newsletter_mailinglist": mailing_list,
        "newsletter_followuprule": rule,
        "newsletter_issue": Issue.objects.create(**letter),
        "newsletter_digest": Digest.objects.create(name="x", **letter),
    }
    found = {snippets + model: {"pk": one} for model, one in one_of_each.items()}
    found |= {
        f"wagtailsnippetchoosers_cx_feedback_{model}": {"pk": one}
        for model, one in one_of_each.items()
    }
    found[f"{snippets}surveys_survey"] |= {
        "name": "csat",
        "response": surveys.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD}),
        "export": Export.objects.create(survey=survey, state=Export.State.DONE),
    }
    office = Calendar.objects.create(name="Office", time_zone="UTC", monday="09:00-17:00")
    promise = Promise.objects.create(name="All", calendar=office, first_answer=480)
    widget = one_of_each["nps_npswidget"]
    found[f"{snippets}nps_npswidget"]["response"] = submit_score(widget_id=widget.pk, score=9)
    return found | {
        "cx_surveys": {"pk": pages["inside"]},
        "cx_subscriptions": {"pk": Subscription.objects.get()},
        "cx_subscriptions:import": {"pk": SubscriberImport.objects.create(file_name="x.csv")},
        "cx_deliveries": {
            "pk": Delivery.objects.get(),
            "name": Mailing.objects.create(name="rule:1").name,
        },
        "cx_rate_limits": {"pk": RateLimit.objects.create(name="x", per_minute=1)},
        "cx_suppressions": {"pk": post_office.suppress_address(address="bo@example.org")},
        "cx_tokens": {"pk": Token.objects.create(name="x", prefix="cxf_x", owner=token_owner)},
        "cx_promises": {"pk": promise},
        "cx_calendars": {"pk": promise.calendar},
        "cx_conversation_rules": {
            "pk": ConversationRule.objects.create(name="Low", trigger="detractor")
        },
        "cx_assignment_rules": {"pk": AssignmentRule.objects.create(name="x", target="author")},
        "cx_absences": {"pk": Absence.objects.create(account=token_owner, **AWAY)},
        "cx_webhooks": {"pk": endpoint, "event": webhooks.send_test(endpoint_id=endpoint.pk)},
        "cx_loyalty": {"pk": readers.create_reader()},
        "cx_conversations": {"pk": begin_conversation(pages["inside"])},
        "cx_conversation_answers": {"pk": SavedAnswer.objects.create(title="Hi", text="Hello")},
        "cx_conversation_sections": {
            "pk": ConversationSection.objects.create(group=group, page=pages["inside"])
        },
        "cx_comments": moderated["inside"],
        "cx_comments:lift_ban": {"pk": moderated["inside"]["ban"]},
        "cx_comment_policies": {"pk": Policy.objects.create(page=pages["inside"], rule="first")},
        "cx_comment_replies": {"pk": SavedReply.objects.create(title="Thanks", text="Thanks!")},
        "cx_comment_sections": {"pk": section},
    }


@pytest.fixture
def fill(objects):
    """Return a function that gives an address for something that exists."""

    def fill(address):
        return address.fill(objects.get(str(address)) or objects.get(address.namespace, {}))

    return fill


@pytest.fixture
def account(django_user_model):
    """Return a function that makes an account of the admin: its client, and what it holds."""

    def make(name, *codenames, groups=(), superuser=False):
        user = django_user_model.objects.create_user(
            name, f"{name}@example.org", "x", is_superuser=superuser
        )
        user.groups.set(groups)
        user.user_permissions.set(find_permissions("access_admin", *codenames))
        client = Client()
        client.force_login(user)
        return client, held_by(user)

    return make


def find_permissions(*codenames):
    """Return the rows of permissions of ours, and of Wagtail's to use the admin."""
    ours = Q(content_type__app_label__startswith="cx_feedback")
    return Permission.objects.filter(
        ours | Q(content_type__app_label="wagtailadmin"), codename__in=codenames
    )


def held_by(user):
    """Return the codenames that ``user`` holds, with the words of the table for the rest."""
    if user.is_superuser:
        return {SUPERUSER}
    held = {name.partition(".")[2] for name in user.get_all_permissions()}
    sections = Section.objects.filter(group__in=user.groups.all())
    if "moderate_comment" in held and not sections.exists():
        held.add(EVERYWHERE)
    return held


@pytest.fixture
def of_role(account, pages):
    """Return a function that makes the account of one of ``ROLES``."""

    def make(role):
        create_default_groups()
        groups = list(Group.objects.filter(name=ROLES[role]))
        if role == "section":
            group = Group.objects.create(name="Moderators of a section")
            group.permissions.set(find_permissions("moderate_comment"))
            Section.objects.create(group=group, page=pages["inside"])
            groups.append(group)
        return account(role, groups=groups, superuser=role == "superuser")

    return make


@pytest.fixture
def known_reader(reader):
    """A client that carries a reader's cookie."""
    client = Client()
    client.cookies["cx_reader"] = reader.key.hex
    return client
