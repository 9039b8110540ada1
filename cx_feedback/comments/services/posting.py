"""A checked draft becomes a stored comment, once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments import keys
from cx_feedback.comments.drafts import Draft
from cx_feedback.comments.models import Comment, Thread
from cx_feedback.comments.services.telling import tell
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers.models import Reader

#: Seconds in which the same words by the same name on the same page are one comment.
SAME = 600

Who = Reader | Callable[[], Reader | None] | None


@dataclass(frozen=True)
class Posted:
    """What became of a draft; ``repeated`` when it had been stored before."""

    comment: Comment
    reader: Reader | None = None
    repeated: bool = False


def post(*, draft: Draft, reader: Who = None) -> Posted:
    """Store ``draft`` as a waiting comment, once.

    ``reader`` may be a function that finds or begins one: it is called inside the transaction,
    so that a repeat leaves no reader behind. Writes the activity "comment".
    """
    key = draft.idempotency_key or _key_of_words(draft)
    try:
        return _store(draft, key, reader)
    except IntegrityError:
        stored = Comment.objects.filter(thread__page_id=draft.page_id, idempotency_key=key).first()
        if stored is None:
            raise
        if stored.text != draft.text or stored.author_name != draft.name:
            taken = [_("This key was used for another comment.")]
            raise InvalidInput(fields={"Idempotency-Key": taken}) from None
        return Posted(stored, repeated=True)


@transaction.atomic
def _store(draft: Draft, key: str, who: Who) -> Posted:
    reader = who() if callable(who) else who
    now = timezone.now()
    thread = draft.thread or Thread.objects.get_or_create(page_id=draft.page_id)[0]
    parent = draft.parent
    own = keys.new_key(now)
    comment = Comment(
        thread=thread,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        key=own,
        path=keys.path_below(parent.path, own) if parent else own,
        depth=parent.depth + 1 if parent else 0,
        reader=reader,
        author_name=draft.name,
        author_email=draft.email,
        text=draft.text,
        html=draft.html,
        language=draft.language,
        created_at=now,
        idempotency_key=key,
    )
    comment.save(force_insert=True)
    Thread.objects.filter(pk=thread.pk).update(waiting=F("waiting") + 1)
    if reader is not None:
        tell(comment, reader, kind="comment", page_id=draft.page_id)
    return Posted(comment, reader)


def _key_of_words(draft: Draft) -> str:
    """Return a key that a second click makes again: forms without scripts send none."""
    parent = draft.parent.pk if draft.parent else ""
    window = int(timezone.now().timestamp()) // SAME
    words = "\0".join([str(parent), draft.name, draft.email, draft.text, str(window)])
    return hashlib.sha256(words.encode()).hexdigest()
