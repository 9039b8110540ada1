"""Comments that a rule published just before a flood was detected."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.transitions import change_state
from cx_feedback.core import conf

#: How far back to look: a little longer than the window of the rate.
LOOK_BACK = datetime.timedelta(minutes=2)
#: The most comments that are held at once, the newest first.
MAX_COMMENTS = 500


@transaction.atomic
def hold_flood_comments() -> list[int]:
    """Return doubtful comments that a rule has just published to moderation; return their IDs."""
    fresh = Comment.objects.unread().filter(
        created_at__gte=timezone.now() - LOOK_BACK,
        spam_score__gte=conf.get("COMMENTS_SCORES")["challenge"],
        verified=False,
    )
    # All of them came over the web; the condition makes the index by time usable.
    fresh = fresh.exclude(client_hash="").order_by("-created_at")
    ids = list(fresh.values_list("pk", flat=True)[:MAX_COMMENTS])
    taken = []
    for comment in lock_comments(ids) if ids else []:
        if comment.state == State.PUBLISHED and comment.decided_at is None:
            reason = _("Published just before a flood was noticed")
            change_state(comment, State.PENDING, action="flood", reason=reason)
            taken.append(comment.pk)
    return taken
