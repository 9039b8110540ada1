"""Authors edit and moderators decide at the same moment: nothing is published unseen."""

import time

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent, State, Thread
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.services.revisions import get_proposed_revisions
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers import services as readers
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE
ROUNDS = 20
WRITERS, ROOTS, MODERATORS, AUTHORS, EDITS = 8, 25, 4, 4, 40


def test_no_text_is_approved_unseen(write, moderator):
    for number in range(ROUNDS):
        reader = readers.create_reader()
        comment = write(f"Good words {number}", reader=reader)
        seen = {comment.pk: services.get_seen(comment)}
        pk, author = comment.pk, Actor(reader=reader)

        def edit(pk=pk, author=author):
            services.edit_comment(comment_id=pk, actor=author, text="Bad words", minutes=60)

        def approve(pk=pk, seen=seen):
            services.decide_on_comments("approve", ids=[pk], moderator=moderator, seen=seen)

        in_threads(edit, approve)
        comment.refresh_from_db()
        public = comment.text if comment.state == State.PUBLISHED else ""
        assert "Bad words" not in public
        assert comment.state == State.PUBLISHED or comment.text == "Bad words"
    assert rebuild_counters() == 0


def test_two_moderators_do_not_overturn_each_other(write, moderator):
    for _ in range(ROUNDS):
        comment = write()
        seen = {comment.pk: services.get_seen(comment)}

        def decide(action, pk=comment.pk, seen=seen):
            return services.decide_on_comments(action, ids=[pk], moderator=moderator, seen=seen)

        results = in_threads(lambda: decide("approve"), lambda: decide("reject"))
        assert sorted(len(result.conflicts) for result in results) == [0, 1]
        assert Comment.objects.get(pk=comment.pk).events.count() == 1


def test_writers_moderators_and_authors_at_once(write, django_user_model):
    """Let 8 write 25 comments each while 4 moderators decide and 4 authors edit their own."""
    find_moderator = django_user_model.objects.create_superuser
    people = [find_moderator(f"mod{n}", f"mod{n}@example.org", "x") for n in range(MODERATORS)]
    readers_ = [readers.create_reader() for _ in range(AUTHORS)]
    own = {r.pk: [write(reader=r).pk for _ in range(5)] for r in readers_}
    approved = set()  # Comment, revision and text that a moderator saw and approved.

    def post(writer):
        for number in range(ROOTS):
            write(f"Words number {number} of {writer}")

    def edit(reader):
        actor = Actor(reader=reader)
        for number in range(EDITS):
            pk = own[reader.pk][number % 5]
            text = f"Text {number} of {reader.pk}"
            services.edit_comment(comment_id=pk, actor=actor, text=text, minutes=60)

    def moderate(moderator):
        idle = 0
        while idle < 5:
            shown = read_queue()
            seen = {comment.pk: services.get_seen(comment) for comment, _text in shown}
            time.sleep(0.02)  # Reading takes its time; authors don't wait for it.
            done = services.decide_on_comments(
                "approve", ids=seen, moderator=moderator, seen=seen
            ).changed
            for comment, text in shown:
                if comment.pk in done:
                    approved.add((comment.pk, seen[comment.pk].revision, text))
            idle = 0 if shown else idle + 1

    in_threads(
        *(lambda n=n: post(n) for n in range(WRITERS)),
        *(lambda r=r: edit(r) for r in readers_),
        *(lambda m=m: moderate(m) for m in people),
    )
    moderate(people[0])
    total = WRITERS * ROOTS + 5 * AUTHORS
    assert Comment.objects.filter(state=State.PUBLISHED, proposed=None).count() == total
    public = set(Comment.objects.values_list("pk", "revision", "text"))
    assert public - approved == set()
    events = ModerationEvent.objects.filter(action="approve")
    decided = set(events.values_list("comment_id", "revision"))
    assert decided == {(pk, revision) for pk, revision, _text in approved}
    assert Thread.objects.get().published == total
    assert rebuild_counters() == 0


def read_queue():
    """Return some comments that wait, or whose edit does, each with the text that is decided on."""
    waiting = Comment.objects.filter(state=State.PENDING) | Comment.objects.filter(
        state=State.PUBLISHED, proposed__isnull=False
    )
    comments = list(waiting.order_by("?")[:10])
    proposals = get_proposed_revisions(comments)
    return [
        (comment, proposals[comment.pk].text if comment.proposed else comment.text)
        for comment in comments
        if not comment.proposed or comment.pk in proposals
    ]
