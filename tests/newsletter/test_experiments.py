"""Holding back: by chance, for ever the same, in the ledger for both groups."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cx_feedback.core.rooms.titles import get_names
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import FollowUp, FollowUpRule
from cx_feedback.newsletter.rules import hold_back
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader, VisitDay
from tests.newsletter.conftest import fall_silent, run_twice, send

pytestmark = pytest.mark.django_db


def test_chance_decides_by_rule_and_reader_and_stays():
    rule = FollowUpRule(pk=1, hold_back=25)
    held = {pk for pk in range(4000) if hold_back.is_held_back(rule, pk)}
    assert 900 < len(held) < 1100  # 1000 ± 3.6 standard deviations
    assert held == {pk for pk in range(4000) if hold_back.is_held_back(rule, pk)}
    more = {
        pk for pk in range(4000) if hold_back.is_held_back(FollowUpRule(pk=1, hold_back=50), pk)
    }
    assert held < more
    others = {
        pk for pk in range(4000) if hold_back.is_held_back(FollowUpRule(pk=2, hold_back=25), pk)
    }
    assert 190 < len(held & others) < 310  # a quarter of a quarter: nothing to do with each other


def test_the_key_of_the_site_decides(settings):
    rule = FollowUpRule(pk=1, hold_back=50)
    before = [hold_back.is_held_back(rule, pk) for pk in range(100)]
    settings.SECRET_KEY = "another"
    assert before != [hold_back.is_held_back(rule, pk) for pk in range(100)]


def test_a_control_group_of_all_is_all():
    rule = FollowUpRule(pk=3, hold_back=100)
    assert all(hold_back.is_held_back(rule, pk) for pk in range(2000))


def test_who_is_held_back_gets_no_mail_and_both_groups_stand_in_the_ledger(rule, subscribe):
    made = rule(hold_back=50)
    for n in range(24):
        readers.record_act(reader=subscribe(f"r{n}@example.org").reader, kind="response")
    messages = run_twice()
    held = FollowUp.objects.filter(state="held")
    posted = FollowUp.objects.filter(state="posted")
    assert 0 < held.count() < 24
    assert len(messages) == posted.count() == 24 - held.count()
    assert all(hold_back.is_held_back(made, row.reader_id) for row in held)
    ledger = Activity.objects.filter(kind="follow_up")
    assert ledger.count() == 24  # once each, whatever runs twice
    assert {a.object_id for a in ledger if a.detail["held_back"]} == {row.pk for row in held}
    assert {a.detail["rule"] for a in ledger} == {made.pk}
    assert {a.detail["percent"] for a in ledger} == {50}


def test_every_later_trigger_decides_alike(rule, subscribe):
    rule(hold_back=50, repeat="each")
    rows = [subscribe(f"r{n}@example.org") for n in range(8)]
    for _ in range(3):
        for row in rows:
            readers.record_act(reader=row.reader, kind="response")
        run_twice()
    by_reader = {}
    for row in FollowUp.objects.all():
        by_reader.setdefault(row.reader_id, set()).add(row.state)
    assert all(len(states) == 1 for states in by_reader.values())
    assert {state for states in by_reader.values() for state in states} == {"held", "posted"}


def test_who_would_get_nothing_is_in_no_group(rule, subscribe):
    rule(hold_back=50, language="es")
    for n in range(8):
        readers.record_act(
            reader=subscribe(f"r{n}@example.org", language="en").reader, kind="response"
        )
    run_twice()
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"skipped"}
    assert not Activity.objects.filter(kind="follow_up").exists()


def test_without_an_experiment_all_are_written_to_and_counted(rule, subscribe):
    rule()
    readers.record_act(reader=subscribe().reader, kind="response")
    assert len(run_twice()) == 1
    [row] = Activity.objects.filter(kind="follow_up")
    assert row.detail["held_back"] is False
    assert row.detail["percent"] == 0


def test_the_ledger_says_who_was_here_that_day_and_counts_none(rule, subscribe):
    rule("fell_silent")
    away, here = subscribe("away@example.org").reader, subscribe("here@example.org").reader
    Reader.objects.filter(pk=here.pk).update(counts_visits=True)
    here.refresh_from_db()
    readers.count_day(reader=here, day=timezone.localdate())
    for reader in (away, here):
        fall_silent(reader)
    services.dispatch_follow_ups()
    told = dict(Activity.objects.filter(kind="follow_up").values_list("reader_id", "detail__here"))
    assert told == {away.pk: False, here.pk: True}
    assert not VisitDay.objects.filter(reader=away).exists()
    assert here.last_day == timezone.localdate()


def test_groups_are_told_with_few_queries(rule, subscribe, django_assert_max_num_queries):
    rule(hold_back=30)
    for n in range(30):
        readers.record_act(reader=subscribe(f"r{n}@example.org").reader, kind="response")
    with django_assert_max_num_queries(38):
        done = services.dispatch_follow_ups()
    assert done.posted + done.held_back == 30
    assert len(send()) == done.posted


def test_more_than_ninety_percent_is_refused(rule):
    with pytest.raises(ValidationError):
        rule(hold_back=91).full_clean()


def test_the_form_asks_and_rules_have_names(admin_client, rule):
    made = rule(name="Welcome", hold_back=20)
    [name] = get_names("rule", [made.pk, 999, None]).values()
    assert name.title == "Welcome"
    html = admin_client.get(name.url).content.decode()
    assert 'name="hold_back"' in html
    assert "chosen at random" in html
    assert get_names("rule", []) == {}
    assert get_names("nothing", [1]) == {}


@pytest.mark.parametrize(("digest", "held"), [("7fffffffffff", True), ("800000000000", False)])
def test_half_of_all_hashes_are_half_of_the_readers(monkeypatch, digest, held):
    found = SimpleNamespace(hexdigest=lambda: digest)
    monkeypatch.setattr(hold_back, "salted_hmac", lambda *_args, **_kwargs: found)
    assert hold_back.is_held_back(FollowUpRule(pk=1, hold_back=50), 7) is held
