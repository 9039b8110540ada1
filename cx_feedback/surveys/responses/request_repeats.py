"""Detection of requests that repeat a response."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.readers.acts.idempotent_insert import Attempt
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Survey


@dataclass(frozen=True)
class ResponseAttempt(Attempt):
    """A request to store its answers, which are not checked yet, once."""

    survey_id: int
    page_id: int | None
    answers: Any

    def rows(self) -> QuerySet[Response]:
        return Response.objects.filter(survey_id=self.survey_id).select_related("reader")

    def says_the_same(self, row: Response) -> bool:
        """Return whether ``row`` holds these answers, checked against its own version."""
        definition = selectors.get_definitions([row.version_id])[row.version_id]
        try:
            cleaned = questions.clean_answers(definition, self.answers)
        except InvalidInput:
            return False
        same = row.answers == json.loads(json.dumps(cleaned))
        return same and row.page_id == self.page_id

    @contextmanager
    def keep_key(self, response: Response, key: str) -> Iterator[None]:
        """Store ``key`` with ``response``, which is stored inside."""
        response.idempotency_key = key
        yield

    def refuse_if_gone(self) -> None:
        if not Survey.objects.filter(pk=self.survey_id).exists():
            raise NotFound from None
