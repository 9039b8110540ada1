"""REST: keeping the pages of a survey that a reader has answered."""

import uuid
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.serializers import UncheckedField
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.permissions import AccessRule
from cx_feedback.core.text import languages
from cx_feedback.readers.identity.request_reader import get_reader
from cx_feedback.surveys import permissions
from cx_feedback.surveys.api.serializers import AnswersIn, KeyField, PartialKeyField
from cx_feedback.surveys.api.views import PublicSurveyView, get_survey
from cx_feedback.surveys.partials.services import save_partial
from cx_feedback.surveys.responses.editor_tests import is_editors_test


class RequiredPartialKeyField(PartialKeyField):
    def run_validation(self, data: Any = empty) -> uuid.UUID | None:
        key = super().run_validation(data)
        if key is None:
            raise serializers.ValidationError([_("Must be a UUID.")])
        return key


class SequenceField(UncheckedField, serializers.IntegerField):
    """A number whose bounds the service checks."""


class PartialIn(AnswersIn):
    """``{"page": 12, "partial": "<UUID>", "sequence": 2, "upto": "<key>", "answers": {…}}``"""

    # What counts once the form is sent.
    seconds = None  # type: ignore[assignment]
    hidden = None  # type: ignore[assignment]
    copy_to = None  # type: ignore[assignment]
    partial = RequiredPartialKeyField(  # type: ignore[assignment]
        help_text="A random key of this form; send it with the response, too."
    )
    sequence = SequenceField(
        min_value=0, help_text="A number that grows with each request of this form."
    )
    upto = KeyField(help_text="Key of the last question that was answered or passed.")


class PartialsView(PublicSurveyView):
    """``POST``: keep the pages answered so far, if the survey's form tells its readers so.

    They never count as a response. Sending the response with the same ``partial`` deletes them.
    """

    throttle_scope = "partial"
    #: Whose answered pages are not kept where their answers are tests.
    editors: ClassVar[AccessRule] = permissions.SURVEYS.change

    @describe_endpoint(request=PartialIn, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        data = PartialIn.read(self.get_json_object(request))
        django_request = self.django_request
        live = get_survey(self, pk, data["page"], data["key"])
        if is_editors_test(self.django_request, live, self.editors):
            return Response(status=204)
        save_partial(
            survey_id=pk,
            kind=self.kind,
            version=data["version"],
            key=data["partial"],
            sequence=data["sequence"],
            answers=data["answers"],
            upto=data["upto"],
            page_id=require_page(data["page"], django_request),
            reader=get_reader(django_request),
            language=languages.get_current_language(),
        )
        return Response(status=204)
