"""Moderators' decisions on objections."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, Objection, State
from cx_feedback.comments.services import objections
from cx_feedback.comments.services.decisions import decide_on_comments, lock_comments
from cx_feedback.comments.services.revisions import SeenComment, get_conflict_message
from cx_feedback.core.errors import Conflict, Refused


@transaction.atomic
def decide_on_objection(
    *,
    objection_id: int,
    uphold: bool,
    moderator: Any,
    answer: str = "",
    seen: SeenComment | None = None,
    among: QuerySet[Comment] | None = None,
) -> Objection:
    """Accept an objection, which publishes the comment, or dismiss it with an answer.

    Raises Refused for whoever refused the comment if somebody else moderates its page, Conflict if
    somebody has decided already or the comment is no longer as it was ``seen``, and InvalidInput
    naming ``answer``, which a dismissal needs.
    """
    answer = objections.check_answer(answer, required=not uphold)
    known = Objection.objects.filter(pk=objection_id).values_list("comment_id", flat=True)
    comment = next(iter(lock_comments(list(known), among)), None)
    objection = objections.lock_objection(objection_id, among)
    if objection.state != Objection.State.OPEN:
        raise Conflict(_("Somebody else has already decided about this objection."))
    if not objections.may_decide(objection, moderator):
        raise Refused(_("You refused this comment, so another moderator decides here."))
    if comment is None or (seen is not None and not seen.is_current(comment)):
        raise Conflict(get_conflict_message())
    now, batch = timezone.now(), uuid.uuid4()
    state = Objection.State.UPHELD if uphold else Objection.State.DISMISSED
    objection.answer = answer
    if uphold and comment.state in (State.REJECTED, State.HIDDEN):
        objection.save(update_fields=["answer"])
        # Publishing it accepts the objection.
        decide_on_comments("approve", ids=[comment.pk], moderator=moderator, batch=batch)
    else:
        objections.settle_objection(objection, state, moderator, batch, now)
    objection.refresh_from_db()
    return objection
