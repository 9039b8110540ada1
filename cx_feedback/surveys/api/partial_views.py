"""REST: keeping the pages of a survey that a reader has answered."""

from typing import ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import parse_page_field
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.permissions import AccessRule
from cx_feedback.readers.identity.request_reader import get_reader
from cx_feedback.surveys import permissions
from cx_feedback.surveys.api.serializers import AnswersIn
from cx_feedback.surveys.api.views import PublicSurveyView, get_survey
from cx_feedback.surveys.partials.answered_pages import parse_partial_key
from cx_feedback.surveys.partials.services import save_partial
from cx_feedback.surveys.responses.answered_version import parse_version_field
from cx_feedback.surveys.responses.editor_tests import is_editors_test


class PartialIn(AnswersIn):
    """``{"page": 12, "partial": "<UUID>", "sequence": 2, "upto": "<key>", "answers": {…}}``"""

    seconds = None  # type: ignore[assignment]
    partial = serializers.UUIDField(  # type: ignore[assignment]
        help_text="A random key of this form; send it with the response, too."
    )
    sequence = serializers.IntegerField(
        min_value=0, help_text="A number that grows with each request of this form."
    )
    upto = serializers.CharField(help_text="Key of the last question that was answered or passed.")


class PartialsView(PublicSurveyView):
    """``POST``: keep the pages answered so far, if the survey's form tells its readers so.

    They never count as a response. Sending the response with the same ``partial`` deletes them.
    """

    throttle_scope = "partial"
    #: Whose answered pages are not kept where their answers are tests.
    editors: ClassVar[AccessRule] = permissions.SURVEYS.change

    @describe_endpoint(request=PartialIn, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        data, django_request = self.get_json_object(request), self.django_request
        page_id = parse_page_field(data)
        live = get_survey(self, pk, page_id, data.get("key"))
        if is_editors_test(self.django_request, live, self.editors):
            return Response(status=204)
        key = parse_partial_key(data.get("partial"))
        if key is None:
            raise InvalidInput(fields={"partial": [_("Must be a UUID.")]})
        save_partial(
            survey_id=pk,
            kind=self.kind,
            version=parse_version_field(data),
            key=key,
            sequence=data.get("sequence"),
            answers=data.get("answers"),
            upto=data.get("upto"),
            page_id=require_page(page_id, django_request),
            reader=get_reader(django_request),
            language=get_language() or "",
        )
        return Response(status=204)
