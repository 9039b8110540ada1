"""The report on the moderators' work: its figures against a small history counted by hand."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent
from cx_feedback.comments.moderation.performance import measure_performance
from cx_feedback.comments.moderation.performance_views import format_duration
from cx_feedback.comments.permissions import get_scope

pytestmark = pytest.mark.django_db
WORK = "/admin/cx-feedback/comments/performance/"
HOUR, WEEK = 3600, datetime.timedelta(weeks=1)


@pytest.fixture
def monday():
    """The beginning of this week, where the site is."""
    today = timezone.localdate()
    first = today - datetime.timedelta(days=today.weekday())
    return timezone.make_aware(datetime.datetime.combine(first, datetime.time(0, 1)))


@pytest.fixture
def history(write, moderator, django_user_model, monday):
    """Six decisions of two moderators in two weeks, one undone and one reversed; an answer."""
    second = django_user_model.objects.create_superuser("second", "second@example.org", "pw")

    def decide(act, comment, user, *, week, hours):
        done = services.decide_on_comments(act, ids=[comment.pk], moderator=user)
        rows = ModerationEvent.objects.filter(batch=done.batch)
        rows.update(created_at=monday - week * WEEK, wait_seconds=int(hours * HOUR))
        return done

    names = ("Ana", "Eva", "Leo", "Sol", "Ana")
    one, two, three, four, five = (write(name=name) for name in names)
    Comment.objects.filter(author_name="Ana").update(author_key="a" * 32)
    decide("approve", one, moderator, week=1, hours=1)
    decide("approve", two, moderator, week=1, hours=2)
    undone = decide("reject", three, moderator, week=0, hours=10)
    services.undo_decision(batch=undone.batch, moderator=moderator)
    decide("mark_spam", four, second, week=0, hours=4)
    decide("approve", five, second, week=0, hours=3)
    # The second moderator hides later what the first approved: that approval is overturned.
    hidden = decide("hide", two, second, week=0, hours=0)
    ModerationEvent.objects.filter(batch=hidden.batch).update(wait_seconds=None)
    services.reply_as_moderator(
        parent_id=one.pk, text="Thank you", moderator=second, name="The desk"
    )
    # Too old for the report.
    old = decide("approve", write(), moderator, week=60, hours=99)
    Comment.objects.filter(pk__in=old.changed).update(created_at=monday - 60 * WEEK)
    return second


def test_the_figures(history, moderator, monday):
    found = measure_performance(scope=get_scope(history), weeks=4)
    whole = found.total
    assert (whole.decisions, whole.overturned, whole.answers) == (6, 2, 1)
    assert whole.share == pytest.approx(100 / 3)
    assert whole.median == 3 * HOUR  # of 1, 2, 3, 4 and 10
    this, last = monday.date(), (monday - WEEK).date()
    assert len(found.weeks) == 5
    assert (found.weeks[last].decisions, found.weeks[last].overturned) == (2, 1)
    assert found.weeks[last].median == 1.5 * HOUR
    assert (found.weeks[this].decisions, found.weeks[this].overturned) == (4, 1)
    assert found.weeks[this].median == 4 * HOUR
    assert found.weeks[last - WEEK].median is None
    mine, theirs = found.people["mod"], found.people["second"]
    assert (mine.decisions, mine.overturned, mine.median, mine.answers) == (3, 2, 2 * HOUR, 0)
    assert (theirs.decisions, theirs.overturned, theirs.median) == (3, 0, 3.5 * HOUR)
    assert theirs.answers == 1
    # Ana wrote twice and Eva once; only Ana was answered.
    assert (found.authors, found.answered) == (2, 1)


@pytest.mark.parametrize(
    ("whose", "minutes", "overturned"),
    [("mine", 4, 0), ("mine", 6, 1), ("others", 4, 1)],
    ids=["a slip", "a change of mind", "by somebody else"],
)
def test_a_moderators_quick_undo_overturns_nothing(
    write, moderator, admin_user, whose, minutes, overturned
):
    comment = write()
    approved = services.approve_comments(ids=[comment.pk], moderator=admin_user)
    hidden = services.decide_on_comments("hide", ids=[comment.pk], moderator=moderator)
    services.undo_decision(
        batch=hidden.batch, moderator=moderator if whose == "mine" else admin_user
    )
    before = timezone.now() - datetime.timedelta(minutes=minutes)
    for done in (approved, hidden):
        ModerationEvent.objects.filter(batch=done.batch).update(created_at=before)
    people = measure_performance(scope=get_scope(admin_user), weeks=4).people
    assert (people["mod"].decisions, people["mod"].overturned) == (1, overturned)
    # What was hidden by mistake does not overturn the approval before it.
    assert people["admin"].overturned == 0


def test_its_cost_does_not_grow(history, django_assert_num_queries, write):
    scope = get_scope(history)
    with django_assert_num_queries(8):
        measure_performance(scope=scope, weeks=52)
    for _ in range(10):
        services.approve_comments(ids=[write().pk], moderator=history)
    with django_assert_num_queries(8):
        measure_performance(scope=scope, weeks=52)


def test_the_screen_says_them(client, history):
    client.force_login(history)
    html = client.get(WORK).content.decode()
    for part in ("<strong>6</strong>", "<strong>33.3%</strong>", "<strong>3 h</strong>"):
        assert part in html.replace("\xa0", " ").replace("\u202f", " "), part
    assert html.count("<svg") >= 3
    Comment.objects.all().delete()
    assert (
        "No decisions in these weeks." in client.get(WORK, {"weeks": "nonsense"}).content.decode()
    )


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "–"), (59, "59"), (60, "1"), (5400, "1.5"), (86400 * 3, "3")]
)
def test_spans_of_time_in_their_unit(seconds, words):
    assert format_duration(seconds).startswith(words)
