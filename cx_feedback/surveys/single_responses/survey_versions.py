"""The published versions of a survey and its translations, for lists of single responses."""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import pgettext

from cx_feedback.surveys.models import SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.selectors.definitions import get_version_definition


@dataclass(frozen=True)
class VersionLabel:
    """A published version as it is named for editors."""

    pk: int
    number: int
    at: datetime.datetime
    digest: str
    #: The language, "" if the survey has only one.
    language: str = ""

    def __str__(self) -> str:
        words = pgettext("survey", "%(number)d, of %(day)s") % {
            "number": self.number,
            "day": date_format(self.at, "SHORT_DATE_FORMAT"),
        }
        return f"{words} ({self.language})" if self.language else words

    @property
    def definition(self) -> Definition:
        """Return its definition, without a query if a process has read it before."""
        return get_version_definition(self.pk, self.digest)


def list_versions(survey_ids: list[int]) -> list[VersionLabel]:
    """Return the versions of a survey and its translations, the newest first; one query."""
    rows = SurveyVersion.objects.filter(survey_id__in=survey_ids).order_by("-created_at", "-pk")
    columns = ("pk", "number", "created_at", "digest", "survey__locale__language_code")
    several = len(survey_ids) > 1
    return [
        VersionLabel(pk, number, at, digest, language if several else "")
        for pk, number, at, digest, language in rows.values_list(*columns)
    ]
