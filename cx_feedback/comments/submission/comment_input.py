"""Parse and check the fields of a new comment before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.comments.missing_comments import get_missing_parent_error
from cx_feedback.comments.models import NAME_LENGTH, Comment
from cx_feedback.comments.rendering import text_cleaning
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.submission import page_rules
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.page_rules import Rules
from cx_feedback.core import conf
from cx_feedback.core.errors import Closed, Ended, InvalidInput
from cx_feedback.core.http import idempotency_keys, proof_of_work
from cx_feedback.core.http.parameters import LARGEST_ID, parse_number
from cx_feedback.core.people.accounts import is_address

#: A field that readers do not see. Bots fill it in.
HONEYPOT = "website"
#: The marks of code in lines of its own, after which words name a language.
_FENCES = ("```", "~~~")
#: A plain form sends this field when its browser cannot solve a challenge.
WITHOUT_SCRIPT = "without_script"


@dataclass(frozen=True)
class Draft:
    """A comment that is ready to be stored: every field has been checked and cleaned."""

    page_id: int
    #: The ID of the page's thread, None if the page has none yet.
    thread_id: int | None
    parent: Comment | None
    name: str
    email: str
    text: str
    html: str
    rules: Rules
    language: str = ""
    idempotency_key: str = ""
    #: Seconds that the reader spent on the form, as measured by the script; None without it.
    seconds: float | None = None
    #: Whether the honeypot was filled in.
    trapped: bool = False
    #: Whether the author asks for replies by email.
    follows: bool = False
    #: The solution of a challenge, "" for none, and whether the browser is unable to solve one.
    solution: str = ""
    without_script: bool = False


def parse_comment(
    data: Mapping[str, Any],
    *,
    page_id: int,
    language: str = "",
    idempotency_key: str = "",
    author: Author | None = None,
) -> Draft:
    """Return the draft of the comment in ``data`` (``name``, ``email``, ``text``, ``parent`` …).

    The caller has checked that the page of ``page_id`` takes comments. The name and the address
    of an account come from this site; an account without a name has to enter one like a guest.
    Writes nothing. Raises InvalidInput naming every wrong field, Closed or Ended for a closed
    thread, Gone for a parent that has been removed.
    """
    errors: dict[str, list[str]] = {}
    fields = ("name", "email", "text", HONEYPOT, proof_of_work.FIELD)
    values = {name: _read_text(data, name, errors) for name in fields}
    account = author if author is not None and author.user_id is not None else None
    name = account.name if account and account.name else check_name(values["name"], errors)
    email = account.email if account else _check_email(values["email"], errors)
    text = check_text(values["text"], errors)
    follows = data.get("follow") in (True, "1", "on")
    if follows and not email and not errors.get("email"):
        errors["email"] = [_("To get replies by email, enter your address or untick the box.")]
    idempotency_keys.check_idempotency_key(idempotency_key, errors)
    parent_id = _read_parent_id(data, errors)
    if errors:
        raise InvalidInput(fields=errors)
    rules, thread_id = page_rules.get_rules_and_thread_id(page_id)
    _require_open(rules)
    return Draft(
        page_id=page_id,
        thread_id=thread_id,
        parent=_find_parent(parent_id, thread_id),
        name=name,
        email=email,
        text=text,
        html=render_markdown(text),
        rules=rules,
        language=language[:12],
        idempotency_key=idempotency_key,
        seconds=_read_seconds(data),
        follows=follows,
        trapped=bool(values[HONEYPOT]),
        solution=values[proof_of_work.FIELD],
        without_script=data.get(WITHOUT_SCRIPT) == "1",
    )


def parse_preview(data: Mapping[str, Any], *, page_id: int) -> str:
    """Return the HTML of the text in ``data``, within the bounds of ``parse_comment``.

    Nothing is stored. Raises InvalidInput naming ``text``, Closed or Ended for a closed thread.
    """
    errors: dict[str, list[str]] = {}
    text = check_text(_read_text(data, "text", errors), errors)
    if errors:
        raise InvalidInput(fields=errors)
    _require_open(page_rules.get_rules_and_thread_id(page_id)[0])
    return render_markdown(text)


def _require_open(rules: Rules) -> None:
    """Raise Ended if comments have closed by age, Closed if they are closed otherwise."""
    if rules.closed:
        closed = Ended if rules.closed_reason == page_rules.BY_AGE else Closed
        raise closed(
            pgettext("comment", "Comments are closed."),
            fields={"page": [pgettext("comment", "It is closed.")]},
        )


def _read_seconds(data: Mapping[str, Any]) -> float | None:
    """Return the seconds that the script measured, None for anything that it cannot have sent."""
    value = data.get("seconds")
    if isinstance(value, str):
        value = parse_number(value, 0, 10**7 - 1)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 10**7:
        return None
    return float(value)


def _read_text(data: Mapping[str, Any], name: str, errors: dict[str, list[str]]) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        errors[name] = [pgettext("comment", "This must be text.")]
        return ""
    return value


def check_name(value: str, errors: dict[str, list[str]]) -> str:
    """Return the cleaned name of an author; adds to ``errors`` if it cannot be used."""
    name = text_cleaning.clean_text(value[: NAME_LENGTH * 4], one_line=True)
    if "name" in errors:
        return ""
    if not text_cleaning.has_visible_text(name):
        errors["name"] = [_("Enter your name or a nickname.")]
    elif len(name) > NAME_LENGTH:
        errors["name"] = [_("At most %d characters.") % NAME_LENGTH]
    elif is_address(name):
        errors["name"] = [_("This email address would be public. Enter a name.")]
    return name


def _check_email(value: str, errors: dict[str, list[str]]) -> str:
    setting = conf.get("COMMENTS_EMAIL")
    email = value.strip().lower()
    if setting == "no" or "email" in errors:
        return ""
    if not email:
        if setting == "required":
            errors["email"] = [_("Enter your email address. It won't be published.")]
        return ""
    try:
        validate_email(email)
        if len(email) > 254 or text_cleaning.clean_text(email, one_line=True) != email:
            raise ValidationError("")
    except ValidationError:
        errors["email"] = [_("Enter a valid email address, such as ana@example.org.")]
    return email


def check_text(value: str, errors: dict[str, list[str]]) -> str:
    limit: int = conf.get("COMMENTS_LENGTH")
    if "text" in errors:
        return ""
    # Line ends count once, as in the browser's own count.
    length = len(value) - value.count("\r\n")
    if length > limit:
        errors["text"] = [
            _("Your comment has %(length)d characters; the limit is %(limit)d.")
            % {"limit": limit, "length": length}
        ]
        return ""
    text = text_cleaning.clean_text(value)
    if not text_cleaning.has_visible_text(text) or _is_empty_markdown(text):
        errors["text"] = [_("Write your comment first.")]
    return text


def _is_empty_markdown(text: str) -> bool:
    """Return whether ``text`` consists of marks around nothing, such as "> " or "[ ](https://…)"."""
    has_words = any(map(str.isalnum, text)) and "](" not in text and not text.startswith(_FENCES)
    shown = "" if has_words else text_cleaning.html_to_text(render_markdown(text))
    return not has_words and not text_cleaning.has_visible_text(shown)


def _read_parent_id(data: Mapping[str, Any], errors: dict[str, list[str]]) -> int | None:
    value = data.get("parent")
    if value in (None, ""):
        return None
    parent_id = parse_number(value, 1, LARGEST_ID)
    if parent_id is None:
        errors["parent"] = [_("Must be a comment's number.")]
    return parent_id


def _find_parent(parent_id: int | None, thread_id: int | None) -> Comment | None:
    """Return the comment that is answered, which must be published in this thread."""
    if parent_id is None:
        return None
    parent = (
        Comment.objects.filter(pk=parent_id, thread=thread_id)
        .only("pk", "path", "depth", "root_id", "thread_id", "state", "published_at")
        .first()
        if thread_id is not None
        else None
    )
    if parent is None or not parent.is_published:
        raise get_missing_parent_error(parent, parent_id)
    return parent
