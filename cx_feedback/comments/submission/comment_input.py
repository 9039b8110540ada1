"""Parse and check the fields of a new comment before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from rest_framework import serializers
from rest_framework.fields import empty

from cx_feedback.comments.missing_comments import get_missing_parent_error
from cx_feedback.comments.models import NAME_LENGTH, Comment
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.submission import auto_close, page_rules
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.page_rules import Rules
from cx_feedback.core import conf
from cx_feedback.core.api.serializers import (
    InputSerializer,
    PageField,
    StrictBooleanField,
    TextField,
)
from cx_feedback.core.errors import Closed, Ended, InvalidInput
from cx_feedback.core.http import idempotency_keys, proof_of_work
from cx_feedback.core.http.parameters import LARGEST_ID, parse_number
from cx_feedback.core.people.account_names import is_address
from cx_feedback.core.text import text_cleaning

#: A field that readers do not see. Bots fill it in.
HONEYPOT = "website"
#: The marks of code in lines of its own, after which words name a language.
_FENCES = ("```", "~~~")
#: A plain form sends this field when its browser cannot solve a challenge.
WITHOUT_SCRIPT = "without_script"
#: From here on, the script cannot have measured the seconds.
_MAX_SECONDS = 10**7


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


class CommentTextField(TextField):
    """The text of a comment."""

    default_error_messages = {"invalid": pgettext_lazy("comment", "This must be text.")}

    def clean(self, text: str) -> str:
        return clean_comment_text(text)


class _NameField(TextField):
    default_error_messages = {"invalid": pgettext_lazy("comment", "This must be text.")}

    def clean(self, text: str) -> str:
        return clean_name(text)


class _AddressField(TextField, serializers.EmailField):
    default_error_messages = {"invalid": pgettext_lazy("comment", "This must be text.")}

    def clean(self, text: str) -> str:
        return _clean_email(text)


class CommentNumberField(serializers.IntegerField):
    """The number of a comment, None if it is missing or empty."""

    def run_validation(self, data: Any = empty) -> int | None:
        if data is empty or data in (None, ""):
            return None
        number = parse_number(data, 1, LARGEST_ID)
        if number is None:
            raise serializers.ValidationError([_("Must be a comment's number.")])
        return number


class _SecondsField(serializers.FloatField):
    """The seconds that the script measured, None for what it cannot have measured.

    Of a form, whose field the author does not see, also for what is no number.
    """

    default_error_messages = {"invalid": gettext_lazy("Must be a number of seconds.")}

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        value = dictionary.get("seconds")
        if isinstance(dictionary, QueryDict):
            return parse_number(value, 0, _MAX_SECONDS - 1)
        return value

    def run_validation(self, data: Any = empty) -> float | None:
        if data is None:
            return None
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            self.fail("invalid")
        return float(data) if 0 <= data < _MAX_SECONDS else None


class _CheckboxField(StrictBooleanField):
    """A checkbox of a form; true or false of JSON, false if it is missing."""

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        value = dictionary.get("follow", False)
        return value in ("1", "on") if isinstance(dictionary, QueryDict) else value


class CommentInputSerializer(InputSerializer):
    """The fields of a new comment."""

    page = PageField()
    name = _NameField(
        required=False, help_text="Required for guests and for accounts without a name."
    )
    email = _AddressField(required=False)
    text = CommentTextField(min_length=1)
    parent = CommentNumberField(required=False, allow_null=True, min_value=1)  # type: ignore[assignment]
    seconds = _SecondsField(
        required=False, allow_null=True, help_text="Seconds from the first letter to sending."
    )
    follow = _CheckboxField(
        required=False,
        help_text="Whether the author wants replies by email. An email asks to confirm this once "
        "the comment is published.",
    )
    challenge = TextField(
        required=False, help_text="The solution of the challenge of a 428 response, base64."
    )


class _NamelessAccountInput(CommentInputSerializer):
    """The fields of an account, whose address this site knows."""

    email = None  # type: ignore[assignment]


class _AccountInput(_NamelessAccountInput):
    """The fields of an account with a name."""

    name = None  # type: ignore[assignment]


class EditSerializer(InputSerializer):
    """The new text of one's own comment."""

    text = CommentTextField(min_length=1)


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
    values = _read_fields(data, author)
    errors: dict[str, list[str]] = {}
    trap = data.get(HONEYPOT) or ""
    if not isinstance(trap, str):
        errors[HONEYPOT] = [pgettext("comment", "This must be text.")]
    if values["follow"] and not values["email"]:
        errors["email"] = [_("To get replies by email, enter your address or untick the box.")]
    idempotency_keys.check_idempotency_key(idempotency_key, errors)
    if errors:
        raise InvalidInput(fields=errors)
    rules, thread_id = page_rules.get_rules_and_thread_id(page_id)
    _require_open(rules)
    return Draft(
        page_id=page_id,
        thread_id=thread_id,
        parent=_find_parent(values["parent"], thread_id),
        name=values["name"],
        email=values["email"],
        text=values["text"],
        html=render_markdown(values["text"]),
        rules=rules,
        language=language[:12],
        idempotency_key=idempotency_key,
        seconds=values["seconds"],
        follows=values["follow"],
        trapped=bool(trap),
        solution=values[proof_of_work.FIELD],
        without_script=data.get(WITHOUT_SCRIPT) == "1",
    )


def _read_fields(data: Mapping[str, Any], author: Author | None) -> dict[str, Any]:
    """Return the checked fields, those of an account from this site."""
    if author is None or author.user_id is None:
        return CommentInputSerializer.read(data)
    if author.name:
        return {**_AccountInput.read(data), "name": author.name, "email": author.email}
    return {**_NamelessAccountInput.read(data), "email": author.email}


def parse_preview(data: Mapping[str, Any], *, page_id: int) -> str:
    """Return the HTML of the text in ``data``, within the bounds of ``parse_comment``.

    Nothing is stored. Raises InvalidInput naming ``text``, Closed or Ended for a closed thread.
    """
    text: str = EditSerializer.read(data)["text"]
    _require_open(page_rules.get_rules_and_thread_id(page_id)[0])
    return render_markdown(text)


def _require_open(rules: Rules) -> None:
    """Raise Ended if comments have closed by age, Closed if they are closed otherwise."""
    if rules.closed:
        closed = Ended if rules.closed_reason == auto_close.BY_AGE else Closed
        raise closed(
            pgettext("comment", "Comments are closed."),
            fields={"page": [pgettext("comment", "It is closed.")]},
        )


def clean_name(value: str) -> str:
    """Return the name of an author; raises InvalidInput naming ``name``."""
    name = text_cleaning.clean_text(value[: NAME_LENGTH * 4], one_line=True)
    error = ""
    if not text_cleaning.has_visible_text(name):
        error = _("Enter your name or a nickname.")
    elif len(name) > NAME_LENGTH:
        error = _("At most %d characters.") % NAME_LENGTH
    elif is_address(name):
        error = _("This email address would be public. Enter a name.")
    if error:
        raise InvalidInput(fields={"name": [error]})
    return name


def _clean_email(value: str) -> str:
    """Return an address as far as the site asks for one; raises InvalidInput."""
    setting = conf.get("COMMENTS_EMAIL")
    email = value.strip().lower()
    if setting == "no":
        return ""
    if not email and setting == "required":
        raise InvalidInput(
            fields={"email": [_("Enter your email address. It won't be published.")]}
        )
    if not email:
        return ""
    try:
        validate_email(email)
        if len(email) > 254 or text_cleaning.clean_text(email, one_line=True) != email:
            raise ValidationError("")
    except ValidationError:
        message = _("Enter a valid email address, such as ana@example.org.")
        raise InvalidInput(fields={"email": [message]}) from None
    return email


def clean_comment_text(value: str) -> str:
    """Return the text of a comment; raises InvalidInput naming ``text``."""
    limit: int = conf.get("COMMENTS_LENGTH")
    # Line ends count once, as in the browser's own count.
    length = len(value) - value.count("\r\n")
    if length > limit:
        message = _("Your comment has %(length)d characters; the limit is %(limit)d.")
        error = message % {"limit": limit, "length": length}
        raise InvalidInput(fields={"text": [error]})
    text = text_cleaning.clean_text(value)
    if not text_cleaning.has_visible_text(text) or _is_empty_markdown(text):
        raise InvalidInput(fields={"text": [_("Write your comment first.")]})
    return text


def _is_empty_markdown(text: str) -> bool:
    """Return whether ``text`` consists of marks around nothing, such as "> " or "[ ](https://…)"."""
    has_words = any(map(str.isalnum, text)) and "](" not in text and not text.startswith(_FENCES)
    shown = "" if has_words else text_cleaning.html_to_text(render_markdown(text))
    return not has_words and not text_cleaning.has_visible_text(shown)


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
