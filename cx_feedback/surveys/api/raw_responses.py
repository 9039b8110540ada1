"""REST: single responses as they are stored, by cursor, for programs with a permission of its own.

The cursor is the id of the last response of a page, so that responses that come in or are deleted
meanwhile shift nothing. No reader is named; own words and addresses need ``view_texts``.
"""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from cx_feedback.core.api.schema import PAGE_ID, describe_number
from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import LARGEST_ID, parse_id, parse_page_id
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses.visible_answers import get_visible_answers
from cx_feedback.surveys.results.filters import parse_day
from cx_feedback.surveys.results.row_counts import between_days

#: Responses on a page by default, and at most.
PAGE_SIZE, MAX_PAGE_SIZE = 100, 1_000
_FIRST, _LAST = datetime.date(1970, 1, 1), datetime.date(9000, 1, 1)

PARAMETERS = [
    OpenApiParameter(
        "cursor",
        describe_number(0, LARGEST_ID),
        description="Where the next page begins; see `next`.",
    ),
    OpenApiParameter(
        "limit", describe_number(1, MAX_PAGE_SIZE, PAGE_SIZE), description="Responses on a page."
    ),
    OpenApiParameter("since", datetime.date, description="First day, YYYY-MM-DD."),
    OpenApiParameter("until", datetime.date, description="Last day, YYYY-MM-DD."),
    OpenApiParameter(
        "state", str, enum=[*Response.State.values, "all"], description="`counted` by default."
    ),
    OpenApiParameter("language", str, description="Language code."),
    OpenApiParameter("page", PAGE_ID, description="Id of the page it was answered on."),
    OpenApiParameter(
        "version",
        describe_number(0, 2**31 - 1),
        description="Number of the version that was answered.",
    ),
]


# A response: of ``{"response": …, "anonymous": …, "answers": …, "withheld": …}``.
class RawResponseOut(OutputSerializer):
    id = serializers.IntegerField(source="response.pk")
    version = serializers.IntegerField(
        source="response.version.number", help_text="Number of the version that was answered."
    )
    created_at = serializers.DateTimeField(
        source="response.created_at", help_text="Where anonymous, the hour."
    )
    anonymous = serializers.BooleanField(help_text="Whether it was given without its reader.")
    state = serializers.CharField(source="response.state", help_text="`counted`, `test` or `spam`.")
    page = serializers.IntegerField(source="response.page_id", allow_null=True)
    language = serializers.CharField(source="response.language")
    seconds = serializers.IntegerField(source="response.seconds", allow_null=True)
    hidden = serializers.DictField(source="response.hidden_fields", child=serializers.CharField())
    answers = serializers.DictField(help_text="Question key to answer, as it is sent.")
    withheld = serializers.ListField(
        child=serializers.CharField(),
        help_text="Keys of the answers whose own words need the permission to see texts.",
    )


class RawResponsesOut(OutputSerializer):
    survey = serializers.IntegerField()
    responses = RawResponseOut(many=True)
    next = serializers.CharField(
        allow_null=True, help_text="Address of the next page; null where there is none yet."
    )


@dataclass(frozen=True)
class ResponseQuery:
    """The query of a program; ``version`` is a number, "" stands for all states."""

    since: datetime.date | None = None
    until: datetime.date | None = None
    state: str = Response.State.COUNTED
    language: str = ""
    page: int | None = None
    version: int | None = None
    cursor: int = 0
    limit: int = PAGE_SIZE

    def select(self, survey: Survey) -> QuerySet[Response]:
        """Return the responses of the page and one more, with their versions' numbers."""
        rows = Response.objects.filter(survey_id=survey.pk, pk__gt=self.cursor)
        if self.since or self.until:
            rows = rows.filter(between_days(self.since or _FIRST, self.until or _LAST))
        wanted = {
            "state": self.state,
            "language": self.language,
            "page_id": self.page,
            "version__number": self.version,
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        return (
            rows.select_related("version")
            .defer("version__definition")
            .order_by("pk")[: self.limit + 1]
        )


def parse_response_query(query: Any) -> ResponseQuery:
    """Return what a query asks for; raises InvalidInput that names parameters."""
    errors: dict[str, list[Any]] = {}

    def number(name: str, most: int = 2**63 - 1) -> int | None:
        text = query.get(name, "").strip()
        found = parse_id(text) if text else None
        if text and (found is None or found > most):
            errors[name] = [_("Must be a whole number, at most %(n)d.") % {"n": most}]
        return found

    state = query.get("state", Response.State.COUNTED)
    if state not in (*Response.State.values, "all"):
        errors["state"] = [_("Must be counted, test, spam or all.")]
    page = query.get("page", "").strip()
    if page and parse_page_id(page) is None:
        errors["page"] = [_("Must be the id of a page.")]
    since, until = parse_day(query, "since", errors), parse_day(query, "until", errors)
    if since and until and since > until:
        errors["until"] = [_("The last day is before the first.")]
    limit, cursor = number("limit", MAX_PAGE_SIZE), number("cursor")
    if query.get("limit", "").strip() and limit == 0:
        errors["limit"] = [_("Must be a whole number, at least 1.")]
    found = ResponseQuery(
        since=since,
        until=until,
        state="" if state == "all" else state,
        language=query.get("language", "").strip()[:12],
        page=parse_page_id(page) if page else None,
        version=number("version", 2**31 - 1),
        cursor=cursor or 0,
        limit=limit or PAGE_SIZE,
    )
    if errors:
        raise InvalidInput(fields=errors)
    return found


def build_raw_responses(
    survey: Survey, query: ResponseQuery, request: HttpRequest, *, with_texts: bool
) -> dict[str, Any]:
    """Return a page of responses and the address of the next one."""
    rows = list(query.select(survey))
    shown, more = rows[: query.limit], len(rows) > query.limit
    definitions = selectors.get_definitions({row.version_id for row in shown})
    return RawResponsesOut.build(
        {
            "survey": survey.pk,
            "responses": [
                _collect_response(row, definitions[row.version_id], with_texts) for row in shown
            ],
            "next": _get_next_url(request, shown[-1].pk) if more else None,
        }
    )


def _get_next_url(request: HttpRequest, cursor: int) -> str:
    given = {name: value for name, value in request.GET.items() if name != "cursor"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**given, 'cursor': cursor})}")


def _collect_response(row: Response, asked: Definition, with_texts: bool) -> dict[str, Any]:
    """Return what ``RawResponseOut`` reads of a response."""
    shown = get_visible_answers(row, asked, with_texts=with_texts)
    return {
        "response": row,
        "anonymous": asked.anonymous,
        "answers": shown.answers,
        "withheld": shown.withheld,
    }
