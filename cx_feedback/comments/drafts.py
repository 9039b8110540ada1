"""What a reader sends, checked before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from cx_feedback.comments import cleaning
from cx_feedback.comments.models import Comment, Thread
from cx_feedback.core import conf
from cx_feedback.core.errors import Closed, InvalidInput

#: The field that people do not see and that programs fill in.
HONEYPOT = "website"
NAME_LENGTH = 80
KEY_LENGTH = 64


@dataclass(frozen=True)
class Draft:
    """A comment that may be stored: everything in it has been checked and cleaned."""

    page_id: int
    thread: Thread | None
    parent: Comment | None
    name: str
    email: str
    text: str
    html: str
    language: str = ""
    idempotency_key: str = ""


def check(
    data: Mapping[str, Any], *, page_id: int, language: str = "", idempotency_key: str = ""
) -> Draft:
    """Return the draft that ``data`` (``name``, ``email``, ``text``, ``parent``) makes.

    ``page_id`` is a page that takes comments, checked by the caller. Raises InvalidInput naming
    every field that is wrong, Closed when the conversation is. Writes nothing.
    """
    errors: dict[str, list[str]] = {}
    values = {name: _text_in(data, name, errors) for name in ("name", "email", "text", HONEYPOT)}
    name = _checked_name(values["name"], errors)
    email = _checked_email(values["email"], errors)
    text = checked_text(values["text"], errors)
    if values[HONEYPOT]:
        errors[HONEYPOT] = [_("Leave this field empty.")]
    if len(idempotency_key) > KEY_LENGTH:
        errors["Idempotency-Key"] = [_("At most %d characters.") % KEY_LENGTH]
    parent_id = _parent_id_in(data, errors)
    if errors:
        raise InvalidInput(fields=errors)
    thread = Thread.objects.filter(page_id=page_id).first()
    if thread is not None and thread.closed:
        raise Closed(_("This conversation is closed."), fields={"page": [_("It is closed.")]})
    return Draft(
        page_id=page_id,
        thread=thread,
        parent=_parent(parent_id, thread),
        name=name,
        email=email,
        text=text,
        html=cleaning.render(text),
        language=language[:12],
        idempotency_key=cleaning.plain(idempotency_key, one_line=True),
    )


def _text_in(data: Mapping[str, Any], name: str, errors: dict[str, list[str]]) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        errors[name] = [_("This must be text.")]
        return ""
    return value


def _checked_name(value: str, errors: dict[str, list[str]]) -> str:
    name = cleaning.plain(value[: NAME_LENGTH * 4], one_line=True)
    if "name" in errors:
        return ""
    if not cleaning.has_words(name):
        errors["name"] = [_("Tell us your name, or the one you go by here.")]
    elif len(name) > NAME_LENGTH:
        errors["name"] = [_("At most %d characters.") % NAME_LENGTH]
    return name


def _checked_email(value: str, errors: dict[str, list[str]]) -> str:
    wanted = conf.get("COMMENTS_EMAIL")
    email = value.strip().lower()
    if wanted == "no" or "email" in errors:
        return ""
    if not email:
        if wanted == "required":
            errors["email"] = [_("We need your e-mail address. It is never shown.")]
        return ""
    try:
        validate_email(email)
        if len(email) > 254 or cleaning.plain(email, one_line=True) != email:
            raise ValidationError("")
    except ValidationError:
        errors["email"] = [_("This is no e-mail address: something like ana@example.org.")]
    return email


def checked_text(value: str, errors: dict[str, list[str]]) -> str:
    limit: int = conf.get("COMMENTS_LENGTH")
    if "text" in errors:
        return ""
    # Line ends count once, as in the browser's own count.
    length = len(value) - value.count("\r\n")
    if length > limit:
        errors["text"] = [
            _("At most %(limit)d characters; these are %(length)d.")
            % {"limit": limit, "length": length}
        ]
        return ""
    text = cleaning.plain(value)
    if not cleaning.has_words(text):
        errors["text"] = [_("Write something first.")]
    return text


def _parent_id_in(data: Mapping[str, Any], errors: dict[str, list[str]]) -> int | None:
    value = data.get("parent")
    if value in (None, ""):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        errors["parent"] = [_("The number of a comment is expected.")]
        return None
    return value


def _parent(parent_id: int | None, thread: Thread | None) -> Comment | None:
    """Return the published comment of this thread that is answered."""
    if parent_id is None:
        return None
    parent = (
        Comment.objects.published()
        .filter(pk=parent_id, thread=thread)
        .only("pk", "path", "depth", "root_id", "thread_id")
        .first()
        if thread is not None
        else None
    )
    if parent is None:
        raise InvalidInput(fields={"parent": [_("There is no such comment on this page.")]})
    return parent
