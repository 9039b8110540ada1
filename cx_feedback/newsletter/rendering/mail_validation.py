"""Checks of what editors write for an email, before it is saved and before it is rendered."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail.models import Message
from cx_feedback.newsletter.rendering import placeholders

#: The longest delay of an email of a rule.
MAX_DELAY = datetime.timedelta(days=366)


def find_mail_problems(mail: Any) -> dict[str, list[Any]]:
    """Return the errors in the subject, text and delay of a rule's email, by field."""
    errors: dict[str, list[Any]] = {}
    for field in ("subject", "body"):
        try:
            placeholders.check_placeholders(field, getattr(mail, field) or "")
            if field == "subject":
                placeholders.check_header_text(field, mail.subject)
        except ValidationError as error:
            errors.update(error.message_dict)
    if mail.wait > 24 * MAX_DELAY.days or mail.delay > MAX_DELAY:
        errors["wait"] = [_("The longest wait is one year.")]
    return errors


def refuse_long_subject(subject: str) -> None:
    """Raise InvalidInput for a subject that is too long once the names are filled in."""
    longest = Message._meta.get_field("subject").max_length or 0
    if len(subject) > longest:
        raise InvalidInput(
            fields={
                "subject": [
                    _("With the names filled in, the subject is longer than %d characters.")
                    % longest
                ]
            }
        )
