from django.urls import path
from drf_spectacular.renderers import OpenApiJsonRenderer

from cx_feedback.core.api.document_parts import DESCRIPTION
from cx_feedback.core.api.views import SchemaView

urlpatterns = [
    path(
        "schema/",
        SchemaView.as_view(
            renderer_classes=[OpenApiJsonRenderer],
            custom_settings={
                "TITLE": "cx_feedback",
                "VERSION": "v1",
                "DESCRIPTION": DESCRIPTION,
                "PREPROCESSING_HOOKS": ["cx_feedback.core.api.schema.keep_own_endpoints"],
                # What a PATCH needs is said as of other bodies.
                "COMPONENT_SPLIT_PATCH": False,
                "POSTPROCESSING_HOOKS": [
                    "drf_spectacular.hooks.postprocess_schema_enums",
                    "cx_feedback.core.api.document_parts.complete_document",
                ],
            },
        ),
        name="api-schema",
    ),
]
