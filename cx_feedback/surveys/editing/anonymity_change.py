"""Warnings before a survey becomes anonymous, or stops being so."""

from dataclasses import dataclass

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition


@dataclass(frozen=True)
class AnonymityChange:
    """A change of anonymity by publishing a draft; ``number`` earlier responses stay as they are.

    ``what`` is "on" (earlier responses keep their readers), "off" (earlier responses stay
    anonymous) or "" (nothing changes, or nobody has answered).
    """

    what: str = ""
    number: int = 0
    #: The labels of questions that ask who somebody is, in an anonymous draft.
    addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.what or self.addresses)

    @property
    def token(self) -> str:
        """Return what an editor confirms before publishing, "" for nothing."""
        return f"anonymous-{self.what}" if self.what else ""


def find_anonymity_change(draft: Survey) -> AnonymityChange:
    """Return what publishing ``draft`` changes in who is known."""
    asked, live = draft.definition(), selectors.get_published_definition(draft)
    addresses = _find_address_questions(asked) if asked.anonymous else ()
    if live is None or live.anonymous == asked.anonymous:
        return AnonymityChange(addresses=addresses)
    number = _count_earlier(draft, known=asked.anonymous)
    if not number:
        return AnonymityChange(addresses=addresses)
    return AnonymityChange("on" if asked.anonymous else "off", number, addresses)


def _find_address_questions(definition: Definition) -> tuple[str, ...]:
    return tuple(q.label for q in definition.questions if questions.get(q.type).is_address)


def _count_earlier(draft: Survey, *, known: bool) -> int:
    """Return the number of responses with a reader, or of those that were given anonymously."""
    family = selectors.get_family_ids(draft)
    rows = Response.objects.filter(survey_id__in=family)
    if known:
        return rows.filter(reader__isnull=False).count()
    versions = SurveyVersion.objects.filter(survey_id__in=family, definition__anonymous=True)
    return rows.filter(version_id__in=versions.values("pk")).count()
