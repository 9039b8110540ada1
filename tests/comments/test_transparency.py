"""The yearly table of decisions, reports and objections from the log."""

import csv
import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone, translation

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    CommentSettings,
    Flag,
    ModerationEvent,
    PastDecision,
    Section,
)
from cx_feedback.comments.moderation.transparency import list_years, measure_year
from cx_feedback.comments.permissions import Scope
from cx_feedback.readers.services import create_reader

pytestmark = pytest.mark.django_db
URL = "/admin/cx-feedback/comments/transparency/"
EVERYWHERE = Scope(everywhere=True)


def count(report, subject, kind, reason=None):
    return sum(
        line.count
        for line in report.of(subject)
        if str(line.kind) == kind and (reason is None or str(line.reason) == reason)
    )


@pytest.fixture
def year():
    return timezone.localdate().year


@pytest.fixture
def decided(write, talk, moderator):
    """A year of decisions."""
    waits = [write() for _ in range(3)]
    Comment.objects.update(created_at=timezone.now() - datetime.timedelta(hours=2))
    services.approve_comments(ids=[waits[0].pk], moderator=moderator)
    services.reject_comments(ids=[waits[1].pk], moderator=moderator, reason="Advertising")
    with translation.override("es"):
        from cx_feedback.comments.moderation.rejection_reasons import DEFAULT_REASONS

        words = str(DEFAULT_REASONS[2])
    assert words != "Advertising"
    services.reject_comments(ids=[waits[2].pk], moderator=moderator, reason=words)
    other = [write(), write(), write(reader=create_reader())]
    services.reject_comments(ids=[other[0].pk], moderator=moderator, reason="Ana lies")
    undone = services.reject_comments(ids=[other[1].pk], moderator=moderator, reason="Advertising")
    services.undo_decision(batch=undone.batch, moderator=moderator)
    services.mark_spam(ids=[other[1].pk], moderator=moderator)
    ModerationEvent.objects.create(
        comment=other[2], from_state="pending", to_state="spam", action="admit"
    )
    Flag.objects.create(comment=waits[0], reader=create_reader(), reason="abuse", state="upheld")
    objection = services.object_to_refusal(event_id=waits[1].events.get().pk, text="No!")
    services.decide_on_objection(
        objection_id=objection.pk, uphold=False, answer="Yes.", moderator=moderator
    )


def test_the_figures_of_a_year(decided, year, moderator):
    report = measure_year(scope=EVERYWHERE, year=year)
    assert count(report, "decisions", "Approve") == 1
    assert count(report, "decisions", "Reject", "Advertising") == 2
    assert count(report, "decisions", "Reject", "in the moderator's own words") == 1
    assert "Ana lies" not in str([str(line.reason) for line in report.lines])
    assert count(report, "decisions", "Spam", "without a reason") == 1
    assert count(report, "decisions", "Put aside as spam") == 1
    assert (report.human, report.automatic) == (5, 1)
    assert count(report, "reports", "Accepted", "Insults or hate") == 1
    assert count(report, "objections", "Received") == 1
    assert count(report, "objections", "Dismissed") == 1
    assert count(report, "objections", "Accepted") == 0
    assert count(report, "objections", "Open") == 0
    label = "Decided by the same moderator, because there was no other"
    assert count(report, "objections", label) == 1
    assert report.median_decision is not None
    assert 0 < report.median_decision < 3 * 3600
    assert report.median_objection is not None
    # A person's decision stays one when the account is gone.
    moderator.delete()
    assert measure_year(scope=EVERYWHERE, year=year).human == 5


def test_an_author_or_an_empty_year_is_no_decision(write, reader, year):
    comment = write(reader=reader)
    from cx_feedback.comments.submission.author import Actor

    services.delete_comment(comment_id=comment.pk, actor=Actor(reader=reader), minutes=60)
    report = measure_year(scope=EVERYWHERE, year=year)
    assert (report.human, report.automatic, report.median_decision) == (0, 0, None)
    assert measure_year(scope=EVERYWHERE, year=year - 1).of("decisions") == []


def test_years_begin_with_the_first_event_in_the_zone_of_the_site(decided, year, settings):
    first = ModerationEvent.objects.order_by("pk").first()
    at = datetime.datetime(year - 2, 12, 31, 23, 30, tzinfo=datetime.UTC)
    ModerationEvent.objects.filter(pk=first.pk).update(created_at=at)
    begun = timezone.localtime(at, timezone.get_default_timezone()).year
    assert list_years(EVERYWHERE) == list(range(year, begun - 1, -1))
    assert measure_year(scope=EVERYWHERE, year=begun).human == 1


def test_the_screen_and_the_file(client, decided, moderator, year):
    client.force_login(moderator)
    html = client.get(URL).content.decode()
    assert ("Transparency report" in html, "Advertising" in html) == (True, True)
    assert client.get(URL, {"year": "x"}).status_code == 200
    answer = client.get(URL, {"year": year, "export": "csv", "separator": "semicolon"})
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == ["Year", "Subject", "Kind", "Reason", "Decided by", "Number"]
    assert [str(year), "Decisions", "Reject", "Advertising", "person", "2"] in rows
    assert [str(year), "Decisions", "Put aside as spam", "–", "program", "1"] in rows


@pytest.mark.parametrize("by_page", [True, False])
def test_deleted_comments_leave_their_counts_and_no_words(decided, talk, year, by_page, settings):
    before = measure_year(scope=EVERYWHERE, year=year)
    words = [(str(each.kind), str(each.reason), each.count) for each in before.lines]
    if by_page:
        talk.delete()
    else:
        Comment.objects.update(decided_at=timezone.now() - datetime.timedelta(days=999))
        assert services.delete_refused_comments() > 0
    after = measure_year(scope=EVERYWHERE, year=year)
    assert [(str(each.kind), str(each.reason), each.count) for each in after.lines] == words
    assert "Ana lies" not in PastDecision.objects.values_list("reason", flat=True)
    assert list_years(EVERYWHERE) == [year]


def test_a_section_has_its_own_figures(client, decided, django_user_model, home, year):
    group = Group.objects.create(name="Empty")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    from tests.site.models import ArticlePage

    Section.objects.create(
        group=group, page=home.add_child(instance=ArticlePage(title="O", slug="o"))
    )
    user = django_user_model.objects.create_user("sec", "s@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    page = client.get(URL)
    assert (page.context["report"].human, page.status_code) == (0, 200)


def test_it_costs_few_queries(decided, year, django_assert_max_num_queries):
    CommentSettings.objects.all().delete()
    with django_assert_max_num_queries(12):
        measure_year(scope=EVERYWHERE, year=year)
