"""Changes of comments in words: edits that wait, and what changed since a moderator looked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.admin.compare import diff_text

from cx_feedback.comments.models import (
    REFUSE_EDIT,
    Comment,
    CommentRevision,
    ModerationEvent,
    Objection,
)
from cx_feedback.comments.services import SeenComment
from cx_feedback.comments.services.objection_decisions import find_texts_to_show
from cx_feedback.core.people.account_names import admin_name
from cx_feedback.core.text.text_cleaning import html_to_text

#: Characters from which the words of two texts are not compared: both are shown whole.
MAX_COMPARED = 20_000


@dataclass(frozen=True)
class TextChange:
    """A change in words, with the difference between two texts as HTML, "" without one."""

    message: str
    html: Any = ""


def describe_proposal(comment: Comment, proposed: CommentRevision) -> TextChange:
    """Return the author's edit of ``comment`` that waits for a moderator."""
    message = _("The author has edited this. Readers see the earlier text until you decide.")
    return TextChange(message, _compare(comment.html, proposed.html))


def describe_objections(
    objections: Iterable[Objection], comments: Mapping[int, Comment]
) -> dict[int, TextChange]:
    """Return by comment what accepting an objection about one text shows; two queries at most."""
    asked = [objection for objection in objections if objection.is_about_text]
    texts = find_texts_to_show(asked)
    found = {}
    for objection in asked:
        text, pk = texts.get(objection.pk), objection.comment_id
        if text is None:
            found[pk] = TextChange(_("The text has changed since, or is no longer stored."))
        else:
            message = _("The author wants readers to see this text:")
            found[pk] = TextChange(message, _compare(comments[pk].html, text.html))
    return found


def describe_changes(
    comments: Sequence[Comment], seen: Mapping[int, SeenComment | None]
) -> dict[int, TextChange]:
    """Return by ID how ``comments`` differ from what was ``seen`` of them; two queries."""
    ids = [comment.pk for comment in comments]
    texts = {
        (row.comment_id, row.number): row.html
        for row in CommentRevision.objects.filter(comment__in=ids)
    }
    events = _get_last_events(ids)
    found = {}
    for comment in comments:
        was_seen = seen.get(comment.pk)
        number = was_seen.revision if was_seen else comment.latest_revision
        before = texts.get((comment.pk, number))
        after = texts.get((comment.pk, comment.latest_revision), comment.html)
        is_edited = number != comment.latest_revision
        message = _describe_edit(before) if is_edited else _describe_event(events.get(comment.pk))
        message = _describe_refusal(events.get(comment.pk), was_seen) or message
        if was_seen is None:
            message = _("Not decided: the form didn't say what it showed of this comment.")
        shown = is_edited and before is not None
        found[comment.pk] = TextChange(message, _compare(str(before), after) if shown else "")
    return found


def describe_news(comments: Sequence[Comment], seen: Mapping[int, SeenComment]) -> dict[int, str]:
    """Return by ID what has happened to ``comments`` since they were ``seen``; one query."""
    if not comments:
        return {}
    events = _get_last_events([comment.pk for comment in comments])
    found = {}
    for comment in comments:
        was_seen = seen[comment.pk]
        event = events.get(comment.pk)
        if refused := _describe_refusal(event, was_seen):
            found[comment.pk] = refused
        elif comment.state == was_seen.state and comment.latest_revision != was_seen.revision:
            found[comment.pk] = _("The text has changed since you opened it.")
        else:
            found[comment.pk] = _describe_state(comment, event)
    return found


def _describe_refusal(event: ModerationEvent | None, was_seen: SeenComment | None) -> str:
    """Return who has refused the edit that was seen, "" if nobody has."""
    if event is None or was_seen is None or event.action != REFUSE_EDIT:
        return ""
    if event.revision != was_seen.revision:
        return ""
    return _("At %(time)s %(who)s refused the edit.") % {
        "time": date_format(localtime(event.created_at), "TIME_FORMAT"),
        "who": admin_name(event.moderator) if event.moderator else pgettext("comment", "a rule"),
    }


def _describe_state(comment: Comment, event: ModerationEvent | None) -> str:
    words = {"state": comment.get_state_display()}
    if event is None or event.to_state != comment.state:
        return _("Now in the state “%(state)s”.") % words
    words["time"] = date_format(localtime(event.created_at), "TIME_FORMAT")
    if event.moderator is None:
        return _("Since %(time)s in the state “%(state)s”.") % words
    words["who"] = admin_name(event.moderator)
    return _("At %(time)s %(who)s changed this to “%(state)s”.") % words


def _get_last_events(ids: list[int]) -> dict[int, ModerationEvent]:
    rows = ModerationEvent.objects.filter(comment__in=ids).select_related("moderator")
    return {event.comment_id: event for event in rows.order_by("pk")}


def _describe_edit(before: str | None) -> str:
    if before is None:
        return _("Not decided: the text that you saw is no longer stored. Decide about this one.")
    return _("Not decided: the text has changed since you opened it. Decide about the new one.")


def _describe_event(event: ModerationEvent | None) -> str:
    if event is None:
        return _("Not decided: this comment has changed since you opened it.")
    return _("Not decided: %(who)s changed this comment to “%(state)s” at %(time)s.") % {
        "who": event.moderator or pgettext("comment", "a rule"),
        "state": event.get_to_state_display(),
        "time": date_format(localtime(event.created_at), "TIME_FORMAT"),
    }


def _compare(before: str, after: str) -> Any:
    """Return the difference between two texts as HTML, in Wagtail's marks for comparisons."""
    texts = [html_to_text(before), html_to_text(after)]
    if max(map(len, texts)) > MAX_COMPARED:
        return ""
    return diff_text(*texts).to_html()
