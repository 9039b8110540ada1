"""What a rule published just before a flood was noticed."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.transitions import change_state
from cx_feedback.core import conf

#: How long before it was noticed: a little longer than the rate's window.
LOOK_BACK = datetime.timedelta(minutes=2)
#: Comments that are taken back at once, the newest.
MAX_COMMENTS = 500


@transaction.atomic
def hold_flood_comments() -> list[int]:
    """Let doubtful comments that a rule published just now wait again; return their ids."""
    fresh = Comment.objects.unread().filter(
        created_at__gte=timezone.now() - LOOK_BACK,
        spam_score__gte=conf.get("COMMENTS_SCORES")["challenge"],
        verified=False,
    )
    # All of them came over the web; it is the index by time that says so.
    fresh = fresh.exclude(client_hash="").order_by("-created_at")
    ids = list(fresh.values_list("pk", flat=True)[:MAX_COMMENTS])
    taken = []
    for comment in lock_comments(ids) if ids else []:
        if comment.state == State.PUBLISHED and comment.decided_at is None:
            reason = _("Published just before a flood was noticed")
            change_state(comment, State.PENDING, action="flood", reason=reason)
            taken.append(comment.pk)
    return taken
