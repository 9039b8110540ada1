"""An e-mail address."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.surveys.questions.base import (
    ColumnProfile,
    InvalidAnswer,
    QuestionBlock,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.text import WORDS, LongText

#: Characters of the longest address that mail can carry (RFC 5321, with its erratum 1690).
LONGEST = 254


class EmailBlock(QuestionBlock):
    class Meta:
        group = WORDS
        icon = "mail"
        label = pgettext_lazy("survey", "Email")
        description = gettext_lazy(
            "Readers give an email address. Only people with permission to see texts can see it."
        )
        sample: ClassVar[Any] = {"label": gettext_lazy("At which address may we answer you?")}


class Email(LongText):
    """The answer is an address, its domain in small letters; None once its reader was erased."""

    name = "email"
    is_address = True
    template = "cx_feedback/surveys/questions/email.html"
    block = EmailBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        return {}

    def rate_column(self, column: ColumnProfile) -> int:
        if not column.is_email:
            return 0
        return 20 if column.has_few_values else 50

    def clean(self, question: Question, value: Any) -> str:
        address = value.strip() if isinstance(value, str) else ""
        try:
            validate_email(address)
        except ValidationError:
            address = ""
        name, _at, domain = address.rpartition("@")
        if not domain or len(address) > LONGEST:
            raise InvalidAnswer(_("Write an email address, such as name@example.org."))
        return f"{name}@{domain.lower()}"
