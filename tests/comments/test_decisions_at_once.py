"""Authors edit and moderators decide at the same moment: nothing is published unseen."""

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers import services as readers
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE
ROUNDS = 20


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
