"""Notes on responses."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.errors import Conflict, Gone, InvalidInput
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Response, ResponseNote, Survey
from cx_feedback.surveys.services.response_log import NOTE_ACTION, LogLine, write_response_log


class ResponseErased(Conflict):
    """The reader of a response was erased since it was shown."""

    code = "erased"
    title = _("The reader of this response has been erased meanwhile, with what they wrote.")


def get_content_mark(response: Response) -> str:
    """Return a mark that changes when a response loses its reader or its texts."""
    held = json.dumps(
        [response.answers, response.hidden_fields, response.reader_id], sort_keys=True
    )
    return hashlib.sha256(held.encode()).hexdigest()[:16]


@transaction.atomic
def add_note(
    *, survey: Survey, response_id: int, text: str, seen: str, author: Any
) -> ResponseNote:
    """Add a note to a response to a survey or its translations.

    ``seen`` is the ``get_content_mark`` of what its author saw: a note may repeat what the reader
    wrote. Raises Gone, ResponseErased, and InvalidInput that names ``text``. The caller must check
    permissions.
    """
    text = _clean_text(text)
    response = _lock_response(survey, response_id)
    if get_content_mark(response) != seen:
        raise ResponseErased(
            _(
                "The reader of this response has been erased meanwhile, with what they wrote. "
                "Check that your note doesn't repeat it, then add it again."
            )
        )
    note = ResponseNote.objects.create(
        response=response, survey_id=response.survey_id, author=author, text=text
    )
    _log(survey, note, "added", author)
    return note


@transaction.atomic
def change_note(
    *, survey: Survey, response_id: int, note_id: int, text: str, author: Any
) -> ResponseNote:
    """Change the text of one's own note. Raises Gone, and InvalidInput that names ``text``."""
    text = _clean_text(text)
    note = _lock_own_note(survey, response_id, note_id, author)
    if note.text != text:
        note.text, note.edited_at = text, timezone.now()
        note.save(update_fields=["text", "edited_at"])
        _log(survey, note, "changed", author)
    return note


@transaction.atomic
def delete_note(*, survey: Survey, response_id: int, note_id: int, author: Any) -> None:
    """Delete one's own note. Raises Gone."""
    note = _lock_own_note(survey, response_id, note_id, author)
    _log(survey, note, "deleted", author)
    note.delete()


def _clean_text(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(fields={"text": [_("Write a note.")]})
    if len(text) > ResponseNote.LONGEST:
        too_long = _("A note has at most %(n)d characters.") % {"n": ResponseNote.LONGEST}
        raise InvalidInput(fields={"text": [too_long]})
    return text


def _lock_response(survey: Survey, response_id: int) -> Response:
    family = selectors.get_family_ids(survey)
    rows = Response.objects.select_for_update(of=("self",))
    found = rows.filter(pk=response_id, survey_id__in=family).first()
    if found is None:
        raise Gone(_("This response has been deleted meanwhile."))
    return found


def _lock_own_note(survey: Survey, response_id: int, note_id: int, author: Any) -> ResponseNote:
    response = _lock_response(survey, response_id)
    rows = ResponseNote.objects.select_for_update(of=("self",))
    note = rows.filter(pk=note_id, response=response, author=author).first()
    if note is None:
        raise Gone(_("This note of yours no longer exists."))
    return note


def _log(survey: Survey, note: ResponseNote, what: str, author: Any) -> None:
    line = LogLine(note.response_id, {what: note.pk})
    write_response_log(NOTE_ACTION, survey, [line], author)
