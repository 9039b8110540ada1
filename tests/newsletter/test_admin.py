"""The editor's side: rules, lists, subscriptions."""

import io

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import FollowUpRule, Issue, MailingList, Subscription
from cx_feedback.readers import services as readers
from tests.newsletter.conftest import send

pytestmark = pytest.mark.django_db
RULES = "wagtailsnippets_cx_feedback_newsletter_followuprule"
LISTS = "wagtailsnippets_cx_feedback_newsletter_mailinglist"
RICH = (
    '{"blocks": [{"key": "a", "type": "unstyled", "text": "%s", "depth": 0, '
    '"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'
)


def form(mailing_list, **changes):
    return {
        "name": "Thanks",
        "active": "on",
        "trigger": "answered",
        "repeat": "once",
        "mailing_list": mailing_list.pk,
        "language": "",
        "wait": "0",
        "wait_unit": "hours",
        "hold_back": "0",
        "subject": "Hello {name}",
        "body": RICH % "Thank you.",
        **dict.fromkeys(("steps-TOTAL_FORMS", "steps-INITIAL_FORMS"), "0"),
        **changes,
    }


def test_an_editor_makes_a_rule_and_it_sends(admin_client, mailing_list, subscribe):
    response = admin_client.post(reverse(f"{RULES}:add"), form(mailing_list))
    assert response.status_code == 302
    rule = FollowUpRule.objects.get()
    assert rule.active_since
    readers.record_act(reader=subscribe().reader, kind="response")
    services.dispatch_follow_ups()
    assert [m.subject for m in send()] == ["Hello reader"]
    html = admin_client.get(reverse(f"{RULES}:list")).content.decode()
    assert reverse("cx_deliveries:mailing", args=[f"rule:{rule.pk}"]) in html
    assert ">1</a>" in html
    html = admin_client.get(reverse("cx_deliveries:index")).content.decode()
    assert "Rule: Thanks" in html


def test_what_is_wrong_with_a_rule_stands_at_its_field(admin_client, mailing_list):
    wrong = form(mailing_list, subject="Hello {nmae}", body=RICH % "Thank {you")
    html = admin_client.post(reverse(f"{RULES}:add"), wrong).content.decode()
    assert "{nmae} is not a placeholder" in html
    assert "belongs to no placeholder" in html
    assert not FollowUpRule.objects.exists()


@pytest.mark.parametrize(("mode", "words"), [("", "<h2"), ("text", "Hello reader")])
def test_preview_of_a_rule(admin_client, mailing_list, mode, words):
    rule = FollowUpRule.objects.create(
        name="Thanks", mailing_list=mailing_list, trigger="answered", subject="Hello {name}",
        body="<h2>Hi</h2>",
    )  # fmt: skip
    url = reverse(f"{RULES}:preview_on_edit", args=[rule.pk])
    admin_client.post(url, form(mailing_list, body=rule.body and RICH % "Hi"))
    response = admin_client.get(url, {"mode": mode})
    assert response.status_code == 200
    assert "Hi" in response.content.decode()


def test_lists_count_their_confirmed_subscribers(admin_client, mailing_list, subscribe):
    subscribe()
    Subscription.objects.create(mailing_list=mailing_list, email="zoe@example.org")
    assert "Friday letter" in admin_client.get(reverse(f"{LISTS}:list")).content.decode()
    response = admin_client.post(
        reverse(f"{LISTS}:add"),
        {"name": "Monday", "description": "", "consent_wording": "", "from_email": "a\x0bb"},
    )
    assert "control characters" in response.content.decode()
    assert MailingList.objects.count() == 1


def test_subscriptions_with_their_proof(admin_client, subscribe):
    row = subscribe(consent_wording="Yes, please.")
    subscribe("zoe@example.org")
    html = admin_client.get(reverse("cx_subscriptions:index"), {"q": "ana"}).content.decode()
    assert "ana@example.org" in html
    assert "zoe@example.org" not in html
    url = reverse("cx_subscriptions:inspect", args=[row.pk])
    assert "Yes, please." in admin_client.get(url).content.decode()
    admin_client.post(reverse("cx_subscriptions:end", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "unsubscribed"
    response = admin_client.get(reverse("cx_subscriptions:index"), {"export": "csv"})
    assert b"Yes, please." in response.getvalue()


def test_who_may_only_look_cannot_end_a_subscription(client, django_user_model, subscribe):
    row = subscribe()
    user = django_user_model.objects.create_user("editor", password="x")
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["access_admin", "view_subscription"])
    )
    client.force_login(user)
    url = reverse("cx_subscriptions:inspect", args=[row.pk])
    assert "ana@example.org" in client.get(url).content.decode()
    client.post(reverse("cx_subscriptions:end", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "confirmed"
    assert client.get(reverse("cx_deliveries:index")).status_code == 302
    assert not Delivery.objects.exists()


@pytest.fixture
def clerk(client, django_user_model):
    """Log a user of the admin in who has the permissions of these codenames alone."""

    def make(*codenames):
        user = django_user_model.objects.create_user("clerk", "clerk@example.org", "x")
        user.user_permissions.set(
            Permission.objects.filter(codename__in=["access_admin", *codenames])
        )
        client.force_login(user)
        return client

    return make


@pytest.mark.parametrize(
    ("codename", "offered"), [("view_followuprule", False), ("change_followuprule", True)]
)
def test_only_those_who_may_change_rules_are_offered_the_dry_run(clerk, codename, offered):
    html = clerk(codename).get(reverse(f"{RULES}:list")).content.decode()
    assert (reverse(f"{RULES}:dry_run") in html) is offered


@pytest.mark.parametrize("codename", [None, "view_delivery"])
def test_only_those_who_may_see_deliveries_are_led_to_them(
    clerk, mailing_list, subscribe, rule, codename
):
    sent_by = rule()
    readers.record_act(reader=subscribe().reader, kind="response")
    services.dispatch_follow_ups()
    send()
    client = clerk("change_followuprule", "change_issue", *filter(None, [codename]))
    html = client.get(reverse(f"{RULES}:list")).content.decode()
    url = reverse("cx_deliveries:mailing", args=[sent_by.mailing])
    assert (url in html) is bool(codename)
    issue = Issue.objects.create(
        mailing_list=mailing_list, subject="May", state=Issue.State.POSTED, posted_at=timezone.now()
    )
    page = reverse("wagtailsnippets_cx_feedback_newsletter_issue:send", args=[issue.pk])
    html = client.get(page).content.decode()
    assert ("Progress and figures" in html) is bool(codename)


@pytest.mark.parametrize(
    ("name", "args"), [("cx_deliveries:mailing", ["none"]), ("cx_subscriptions:import", [999])]
)
def test_without_permission_nobody_learns_what_there_is(clerk, name, args):
    response = clerk().get(reverse(name, args=args))
    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize("words", ["=1+1", "#N/A"])
def test_texts_of_an_exported_workbook_stay_texts(admin_client, mailing_list, subscribe, words):
    mailing_list.name = words
    mailing_list.save()
    subscribe(name=words)
    response = admin_client.get(reverse("cx_subscriptions:index"), {"export": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == words]
    assert [cell.data_type for cell in cells] == ["s", "s"]
