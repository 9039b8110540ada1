"""What editors see before anything goes out, and the series that they begin with."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone, translation

from cx_feedback.loyalty.models import Silence
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import create_message
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, NewsletterSettings
from cx_feedback.newsletter.rules import dry_run, starter_series
from cx_feedback.newsletter.rules.follow_up_eligibility import EligibilityStatus
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from tests.newsletter.conftest import send

pytestmark = pytest.mark.django_db
RULES = "wagtailsnippets_cx_feedback_newsletter_followuprule"
URL = "/admin/cx-feedback/follow-up-rules/"


def said(run):
    return [(p.email, p.eligibility.status, p.eligibility.reason) for p in run.planned]


def test_it_says_who_gets_what_and_why_not_and_writes_nothing(rule, subscribe, reader):
    due = rule(language="en")
    rule(wait=3, wait_unit="days", subject="Later than today")
    for language in ("en", "es"):
        who = subscribe(f"{language}@example.org", language=language)
        readers.record_act(reader=who.reader, kind="response")
    readers.record_act(reader=reader, kind="response")
    FollowUp.objects.filter(rule=due, reader=who.reader).update(
        due_at=timezone.now() - datetime.timedelta(hours=1)
    )  # the first, and not sent: what goes out stands above it
    found = dry_run.plan_today()
    assert said(found) == [
        ("en@example.org", EligibilityStatus.POST, ""),
        ("es@example.org", EligibilityStatus.SKIP, "The subscriber's language is different."),
        ("", EligibilityStatus.SKIP, "No confirmed subscription."),
    ]
    assert {p.rule for p in found.planned} == {due}
    assert found.reasons == [
        ("The subscriber's language is different.", 1),
        ("No confirmed subscription.", 1),
    ]
    assert not Delivery.objects.exists()
    assert FollowUp.objects.filter(state="waiting").count() == 6
    # What it said is what happens.
    services.dispatch_follow_ups()
    assert [m.to[0] for m in send()] == ["en@example.org"]


@pytest.fixture
def noon():
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def test_each_mail_is_looked_at_as_at_its_own_time(rule, subscribe, noon, monkeypatch):
    decided = NewsletterSettings(
        cap_mails=1, cap_days=1, quiet_from=datetime.time(21), quiet_until=datetime.time(8)
    )
    monkeypatch.setattr(dry_run, "get_newsletter_settings", lambda: decided)
    rule(wait=10, repeat="each")
    for name, hour in (("day", 18), ("night", 22)):
        readers.record_act(reader=subscribe(f"{name}@example.org").reader, kind="response")
        FollowUp.objects.filter(reader__email=f"{name}@example.org").update(
            due_at=noon.replace(hour=hour)
        )
    found = dry_run.plan_today(now=noon)
    assert said(found) == [
        ("day@example.org", EligibilityStatus.POST, ""),
        ("night@example.org", EligibilityStatus.WAIT, "Quiet hours."),
    ]
    morning = noon.replace(hour=8) + datetime.timedelta(days=1)
    assert found.planned[1].eligibility.until == morning
    # What went out yesterday afternoon no longer counts in the evening, but does at noon.
    ago = noon - datetime.timedelta(hours=20)
    who = FollowUp.objects.get(due_at=noon.replace(hour=18))
    Delivery.objects.create(
        mailing="rule:0", recipient_key="0", address="day@example.org", reader_id=who.reader_id,
        state="sent", sent_at=ago, message=create_message(subject="x", text="x", language="en"),
    )  # fmt: skip
    assert said(dry_run.plan_today(now=noon))[0] == ("day@example.org", EligibilityStatus.POST, "")
    FollowUp.objects.update(due_at=noon)
    assert (
        "day@example.org",
        EligibilityStatus.WAIT,
        "The reader has received enough emails lately.",
    ) in said(dry_run.plan_today(now=noon))


def test_it_says_who_got_nothing_earlier_today_and_why(
    rule, subscribe, mailing_list, admin_client, monkeypatch
):
    made = rule(language="es")
    other = rule(repeat="each", language="es", subject="Other")
    readers.record_act(reader=subscribe(language="en").reader, kind="response")
    services.dispatch_follow_ups()
    FollowUp.objects.update(due_at=timezone.now())
    assert said(dry_run.get_unsent_today(rule=made)) == [
        ("ana@example.org", EligibilityStatus.SKIP, "The subscriber's language is different.")
    ]
    found = dry_run.get_unsent_today()
    assert {p.rule for p in found.planned} == {made, other}
    assert found.reasons == [("The subscriber's language is different.", 2)]
    page = admin_client.get(f"{URL}dry-run/", {"rule": made.pk}).content.decode()
    assert "Nothing else is due today." in page
    assert "Not sent today" in page
    assert page.count("The subscriber&#x27;s language is different.") == 2  # the sum and the row
    with translation.override("es"):
        assert (
            dry_run.get_unsent_today(rule=made).planned[0].eligibility.reason
            == "El idioma del suscriptor es otro."
        )
    monkeypatch.setattr(dry_run, "MAX_ROWS", 1)
    assert (len(dry_run.get_unsent_today().planned), dry_run.get_unsent_today().more) == (1, True)
    FollowUp.objects.update(due_at=timezone.now() - datetime.timedelta(days=1))
    assert dry_run.get_unsent_today().planned == []


def test_a_rule_that_is_not_active_is_tried_on_the_last_days(rule, subscribe):
    row = subscribe()
    for days in (30, 2, 1):
        at = timezone.now() - datetime.timedelta(days=days)
        readers.record_act(reader=row.reader, kind="response", at=at)
    tried = rule(active=False)
    assert said(dry_run.simulate_rule(tried)) == [("ana@example.org", EligibilityStatus.POST, "")]
    tried.repeat = "each"
    tried.save()
    assert len(dry_run.simulate_rule(tried).planned) == 2
    assert not FollowUp.objects.exists()


def test_a_rule_for_silences_and_returns_is_tried_on_those_of_the_last_days(rule, subscribe):
    now = timezone.now()
    today = timezone.localdate(now)

    def silence(name, days, **more):
        who = subscribe(f"{name}@example.org").reader
        last = today - datetime.timedelta(days=60 + days)
        values = {"last_day": last, "fell_silent_on": today, "probability": 0.1, **more}
        return Silence.objects.create(reader=who, **values)

    def ago(days):
        return now - datetime.timedelta(days=days)

    silence("new", 0, announced_at=ago(1))
    silence("old", 1, announced_at=ago(30), won_back_on=today - datetime.timedelta(days=20))
    silence("late", 2, late=True)
    silence("back", 3, announced_at=ago(40), won_back_on=today - datetime.timedelta(days=2))
    fell = rule("fell_silent", active=False, wait=2, wait_unit="days")
    found = dry_run.simulate_rule(fell)
    assert said(found) == [("new@example.org", EligibilityStatus.POST, "")]
    assert found.planned[0].at == ago(1) + fell.delay
    back = dry_run.simulate_rule(rule("won_back", active=False))
    assert said(back) == [("back@example.org", EligibilityStatus.POST, "")]
    assert not FollowUp.objects.exists()


def test_a_rule_for_tiers_is_tried_on_who_is_in_them(rule, subscribe, admin_client):
    for name, tier in (("a", "at_risk"), ("b", "loyal"), ("c", "at_risk")):
        Reader.objects.filter(pk=subscribe(f"{name}@example.org").reader_id).update(tier=tier)
    services.unsubscribe(subscription_id=subscribe("c@example.org").pk)
    tried = rule("changed_tier", active=False, tiers=["at_risk"])
    assert said(dry_run.simulate_rule(tried)) == [("a@example.org", EligibilityStatus.POST, "")]
    page = admin_client.get(f"{URL}dry-run/", {"rule": tried.pk}).content.decode()
    assert "it would write to each one who moves into one of them" in page
    none = rule("won_back", active=False)
    page = admin_client.get(f"{URL}dry-run/", {"rule": none.pk}).content.decode()
    assert "No matching events" in page


def test_the_screen_hides_addresses_from_who_may_not_see_them(
    client, django_user_model, rule, subscribe
):
    made = rule()
    row = subscribe()
    readers.record_act(reader=row.reader, kind="response")
    user = django_user_model.objects.create_user("ed", "ed@example.org", "x", is_staff=True)
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["change_followuprule", "access_admin"])
    )
    client.force_login(user)
    html = client.get(f"{URL}dry-run/?rule={made.pk}").content.decode()
    assert "1 email would be sent." in html
    assert row.email not in html
    assert f"Reader {row.reader_id}" in html
    user.user_permissions.add(Permission.objects.get(codename="view_subscription"))
    assert row.email in client.get(f"{URL}dry-run/").content.decode()
    user.user_permissions.clear()
    assert client.get(f"{URL}dry-run/").status_code == 302


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_series_to_begin_with(admin_client, mailing_list, language):
    html = admin_client.get(f"{URL}begin/").content.decode()
    assert all(f'value="{s.slug}"' in html for s in starter_series.STARTERS)
    assert "(immediately)" in html
    asked = {"series": "silent", "list": mailing_list.pk, "language": language}
    response = admin_client.post(f"{URL}begin/", asked)
    rule = FollowUpRule.objects.get()
    assert response.url == reverse(f"{RULES}:edit", args=[rule.pk])
    assert not rule.active
    assert rule.stop_when_back
    assert (
        rule.subject
        == {"en": "It's been a while, {name}", "es": "Hace tiempo que no te vemos, {name}"}[
            language
        ]
    )
    assert rule.steps.count() == 1
    edit = admin_client.get(response.url).content.decode()
    assert f"{URL}dry-run/?rule={rule.pk}" in edit
    unknown = admin_client.post(f"{URL}begin/", {**asked, "series": "none"}, follow=True)
    assert unknown.status_code == 404


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("chosen", starter_series.STARTERS, ids=lambda s: s.slug)
def test_every_series_may_be_saved_as_it_is(chosen, language, mailing_list):
    with translation.override(language):
        rule = starter_series.create_rule_from_starter(
            chosen, mailing_list=mailing_list, language=language
        )
        rule.full_clean()
        for step in rule.steps.all():
            step.full_clean()
    with translation.override("en"):
        in_english = [str(m.subject) for m in chosen.mails]
    assert ([m.subject for m in rule.mails] == in_english) == (language == "en")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("held", "In the control group of the experiment."),
        ("skipped", "The reason was not stored."),
    ],
)
def test_what_was_kept_without_a_reason_has_one(rule, subscribe, state, said):
    row = FollowUp.objects.create(
        rule=rule(),
        reader=subscribe().reader or readers.create_reader(),
        state=state,
        due_at=timezone.now(),
    )
    found = dry_run.get_unsent_today(now=row.due_at + datetime.timedelta(seconds=1))
    assert found.reasons == [(said, 1)]
