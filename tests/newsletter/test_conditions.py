"""The if and the then of rules: conditions, series, caps, quiet hours."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Locale, Site

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import (
    FollowUp,
    FollowUpRule,
    KnownTier,
    NewsletterSettings,
    RuleStep,
    Subscription,
)
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.newsletter.conftest import fall_silent, run_twice, send
from tests.surveys.conftest import BAD, GOOD, stream

pytestmark = pytest.mark.django_db
Trigger = FollowUpRule.Trigger
DAY = datetime.timedelta(days=1)


@pytest.fixture
def decided(db):
    """Change what the default site's editors decided."""

    def change(**values):
        row = NewsletterSettings.for_site(Site.objects.get(is_default_site=True))
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()

    return change


def reasons():
    rows = FollowUp.objects.filter(state="skipped").order_by("pk")
    return list(rows.values_list("reason", flat=True))


def act(row, **more):
    return readers.record_act(reader=row.reader, kind="response", **more)


def test_only_with_a_certain_answer_in_any_language(rule, subscribe):
    Locale.objects.get_or_create(language_code="en")
    survey = surveys.publish_survey(survey=Survey(title="Your visit", questions=stream()))
    word = f"{survey.translation_key}:q-choice:{BAD}"
    rule(answer=word, subject="What went wrong?")
    rule(answer=f"{survey.translation_key}::", subject="Any answer")
    for name, choice in (("bad", BAD), ("good", GOOD)):
        who = subscribe(f"{name}@example.org")
        surveys.submit_response(
            survey_id=survey.pk, answers={"q-choice": choice}, reader=who.reader
        )
    act(subscribe("other@example.org"))
    assert sorted((m.to[0], m.subject) for m in run_twice()) == [
        ("bad@example.org", "Any answer"),
        ("bad@example.org", "What went wrong?"),
        ("good@example.org", "Any answer"),
    ]
    assert set(reasons()) == {"Another answer."}


def test_only_in_some_tiers_and_when_the_tier_changed(rule, subscribe):
    rule(tiers=["lover"], subject="For lovers")
    changed = rule(
        Trigger.TIER, tiers=["at_risk", "lost"], subject="We see you less", repeat="each"
    )
    who = {tier: subscribe(f"{tier}@example.org") for tier in ("lover", "casual")}
    for tier, row in who.items():
        Reader.objects.filter(pk=row.reader_id).update(tier=tier)
        act(row)
    assert [m.to[0] for m in run_twice()] == ["lover@example.org"]
    assert reasons() == ["Another tier."]
    # The first look only remembers; a change to a tier that no rule wants is remembered too.
    assert KnownTier.objects.count() == 2
    Reader.objects.filter(pk=who["casual"].reader_id).update(tier="at_risk")
    Reader.objects.filter(pk=who["lover"].reader_id).update(tier="loyal")
    assert [m.to[0] for m in run_twice()] == ["casual@example.org"]
    changed.active = False
    changed.save()
    services.find_missed_activities()
    assert not KnownTier.objects.exists()


def test_only_in_a_section(rule, subscribe, article):
    other = article.get_parent()
    inside = rule(section=article, subject="Inside")
    silent = rule(Trigger.SILENT, section=article, subject="We miss you")
    one, two = subscribe("one@example.org"), subscribe("two@example.org")
    act(one, page_id=article.pk)
    act(two, page_id=other.pk)
    fall_silent(one.reader, 1)
    fall_silent(two.reader, 2)
    assert sorted(m.subject for m in run_twice()) == ["Inside", "We miss you"]
    assert set(reasons()) == {"Another section."}
    assert inside.section == silent.section


def test_a_section_is_one_s_own_for_a_year(rule, subscribe, article):
    rule(Trigger.SILENT, section=article, subject="We miss you")
    for number, days in ((1, 364.5), (2, 365.5)):
        who = subscribe(f"{number}@example.org")
        act(who, page_id=article.pk)
        at = timezone.now() - datetime.timedelta(days=days)
        Activity.objects.filter(reader=who.reader).update(at=at)
        fall_silent(who.reader, number)
    assert [m.to for m in run_twice()] == [["1@example.org"]]


def test_after_another_mail_or_never_after_it(rule, subscribe):
    first = rule(Trigger.PROMOTER, subject="First")
    rule(only_after=first, subject="Second")
    rule(never_after=first, subject="Instead")
    got, not_got = subscribe("got@example.org"), subscribe("not@example.org")
    readers.record_act(reader=got.reader, kind="nps", detail={"class": "promoter"})
    assert [m.subject for m in run_twice()] == ["First"]
    act(got)
    act(not_got)
    assert sorted((m.to[0], m.subject) for m in run_twice()) == [
        ("got@example.org", "Second"),
        ("not@example.org", "Instead"),
    ]


@pytest.fixture
def series(rule):
    """A rule of three mails, some days apart."""

    def make(**kwargs):
        made = rule(subject="1", **kwargs)
        for place, days in ((1, 2), (2, 4)):
            RuleStep.objects.create(
                rule=made,
                sort_order=place,
                wait=days,
                wait_unit="days",
                subject=str(place + 1),
                body="<p>More, {name}.</p>",
            )
        return made

    return make


def post(days):
    """Run the posting ``days`` later; return the subjects of what is sent by it."""
    for _ in range(2):
        services.dispatch_follow_ups(now=timezone.now() + days * DAY)
    return [m.subject for m in send()]


def test_a_series_comes_one_by_one_and_once(series, subscribe):
    series()
    act(subscribe())
    assert post(0) == ["1"]
    assert post(1) == []
    assert post(2.01) == ["2"]
    assert post(6) == []
    assert post(6.1) == ["3"]
    assert post(60) == []
    assert Delivery.objects.count() == 3


def test_a_series_stops_when_they_answer_come_back_or_leave(series, subscribe):
    series(stop_when_answered=True)
    series(stop_when_back=True)
    gone = series()
    rows = [subscribe(f"{name}@example.org") for name in ("answers", "returns", "leaves")]
    for row in rows:
        act(row)
    assert len(post(0)) == 9
    later = timezone.now() + 1.5 * DAY  # another day even when one lasts 25 hours
    readers.record_act(reader=rows[0].reader, kind="nps", detail={"class": "passive"}, at=later)
    # The first visit of a new period; which day of the week today is must not matter.
    Reader.objects.filter(pk=rows[1].reader_id).update(last_day=timezone.localdate(later))
    services.unsubscribe(subscription_id=rows[2].pk)
    assert len(post(2.1)) == 3
    assert set(reasons()) == {
        "They answered or commented meanwhile.",
        "They came back meanwhile.",
        "Unsubscribed",
    }
    gone.steps.all().delete()
    assert "This email was removed from the series." in {*reasons(), *(post(9) and reasons())}


def test_who_comes_back_on_the_day_on_which_they_were_found_silent_is_back(series, subscribe):
    series(trigger=Trigger.SILENT, stop_when_back=True)
    row = subscribe()
    Reader.objects.filter(pk=row.reader_id).update(last_day=timezone.localdate() - 60 * DAY)
    fall_silent(row.reader)
    assert post(0) == ["1"]
    Reader.objects.filter(pk=row.reader_id).update(last_day=timezone.localdate())
    assert post(2.1) == []
    assert reasons() == ["They came back meanwhile."]


def test_who_leaves_and_subscribes_again_does_not_go_on_in_the_series(series, subscribe):
    series()
    row = subscribe()
    act(row)
    other = subscribe("zoe@example.org")
    act(other)
    assert post(0) == ["1", "1"]
    services.unsubscribe(subscription_id=row.pk)
    assert reasons() == ["Unsubscribed"]
    Subscription.objects.filter(pk=row.pk).update(state="pending")
    services.confirm_subscription(subscription_id=row.pk)
    assert post(2.1) == ["2"]
    assert Delivery.objects.filter(address=row.email).count() == 1


def test_held_back_readers_get_nothing_of_the_series(series, subscribe):
    series(hold_back=90)
    rows = [subscribe(f"r{n}@example.org") for n in range(20)]
    for row in rows:
        act(row)
    done = services.dispatch_follow_ups()
    assert done.held_back + done.posted == 20
    assert FollowUp.objects.filter(step__gt=0).count() == done.posted


def test_the_cap_counts_over_all_rules_and_puts_off(rule, subscribe, decided):
    decided(cap_mails=2, cap_days=3)
    for n in range(4):
        rule(subject=f"Mail {n}")
    act(subscribe())
    assert len(run_twice()) == 2
    waiting = FollowUp.objects.filter(state="waiting")
    assert {row.reason for row in waiting} == {"The reader has received enough emails lately."}
    assert services.dispatch_follow_ups(now=timezone.now() + 2 * DAY).posted == 0
    assert len(post(3.1)) == 2


@pytest.mark.parametrize("state", ["in_doubt", "held"])
def test_what_is_in_doubt_or_held_counts_for_the_window_of_the_cap(rule, subscribe, decided, state):
    decided(cap_mails=1, cap_days=3)
    first, second = rule(subject="First"), rule(subject="Second")
    act(subscribe())
    assert services.dispatch_follow_ups().posted == 1
    Delivery.objects.update(state=state)
    assert services.dispatch_follow_ups(now=timezone.now() + 2 * DAY).posted == 0
    assert (
        FollowUp.objects.get(state="waiting").reason
        == "The reader has received enough emails lately."
    )
    assert services.dispatch_follow_ups(now=timezone.now() + 3.1 * DAY).posted == 1
    assert {d.mailing for d in Delivery.objects.all()} == {first.mailing, second.mailing}


def test_what_waits_to_be_sent_counts_as_now(rule, subscribe, decided):
    decided(cap_mails=1, cap_days=3)
    rule()
    rule()
    act(subscribe())
    assert services.dispatch_follow_ups().posted == 1
    assert services.dispatch_follow_ups(now=timezone.now() + 3.1 * DAY).posted == 0


def test_a_mail_over_the_cap_waits_until_the_window_is_over(rule, subscribe, decided):
    decided(cap_mails=1, cap_days=3)
    rule()
    rule()
    act(subscribe())
    now = timezone.now() + DAY
    assert services.dispatch_follow_ups(now=now).posted == 1
    waiting = FollowUp.objects.get(state="waiting")
    assert waiting.due_at == now + 3 * DAY + datetime.timedelta(seconds=1)


def test_what_would_wait_too_long_is_dropped(rule, subscribe, decided):
    decided(cap_mails=1, cap_days=15)
    rule()
    rule()
    act(subscribe())
    services.dispatch_follow_ups()
    assert reasons() == ["Postponed too long because of other emails."]


def test_quiet_hours_by_the_reader_s_clock(rule, subscribe, decided):
    decided(quiet_from=datetime.time(21), quiet_until=datetime.time(8))
    rule()
    night = timezone.now().replace(hour=2, minute=0) + DAY
    for zone in ("Europe/Madrid", "Asia/Tokyo"):
        row = subscribe(f"{zone[:4].lower()}@example.org", time_zone=zone)
        act(row)
    done = services.dispatch_follow_ups(now=night)
    assert (done.posted, done.postponed) == (1, 1)
    assert [row.reason for row in FollowUp.objects.filter(state="waiting")] == ["Quiet hours."]
    assert Delivery.objects.get().address == "asia@example.org"


def test_a_mail_that_was_late_waits_for_the_morning(rule, subscribe, decided):
    rule()
    act(subscribe())
    services.dispatch_follow_ups()
    now = timezone.localtime()
    decided(
        quiet_from=(now - datetime.timedelta(hours=1)).time(),
        quiet_until=(now + datetime.timedelta(hours=1)).time(),
    )
    assert send() == []
    delivery = Delivery.objects.get()
    assert delivery.state == "pending"
    assert delivery.due_at > timezone.now()
    decided(quiet_from=None, quiet_until=None)
    Delivery.objects.update(due_at=timezone.now())
    assert len(send()) == 1


def test_a_comment_that_is_answered_is_told_once(rule, subscribe, article):
    def write(text, reader, parent=None):
        words = {"name": "Ana", "text": text, "parent": parent}
        draft = comment_input.parse_comment(words, page_id=article.pk, language="en")
        return comments.store_comment(draft=draft, reader=reader).comment

    rule(Trigger.COMMENT_ANSWERED, repeat="each", subject="You were answered")
    row = subscribe()
    first = write("A question", row.reader)
    comments.approve_comments(ids=[first.pk])
    for text in ("An answer", "My own word"):
        reader = row.reader if text == "My own word" else None
        reply = write(text, reader, parent=first.pk)
        comments.approve_comments(ids=[reply.pk])
        comments.hide_comments(ids=[reply.pk])
        comments.restore_comments(ids=[reply.pk])
    assert [m.subject for m in run_twice()] == ["You were answered"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"trigger": Trigger.SILENT, "answer": "a:b:c"}, "answer"),
        ({"trigger": Trigger.TIER}, "tiers"),
        ({"wait": 9000, "wait_unit": "days"}, "wait"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(rule, values, field):
    with pytest.raises(ValidationError) as caught:
        rule(active=False, **values).full_clean()
    assert field in caught.value.message_dict


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cap_days": 0}, "cap_days"),
        ({"quiet_from": datetime.time(21)}, "quiet_until"),
        ({"quiet_from": datetime.time(8), "quiet_until": datetime.time(8)}, "quiet_until"),
    ],
)
def test_settings_that_make_no_sense(decided, values, field):
    with pytest.raises(ValidationError) as caught:
        decided(**values)
    assert field in caught.value.message_dict


def test_suppressed_addresses_get_no_mail_of_a_series(series, subscribe):
    series()
    row = subscribe()
    act(row)
    assert post(0) == ["1"]
    post_office.suppress_address(address=row.email)
    assert post(2.1) == []
    assert Subscription.objects.get().state == "confirmed"
