"""Registers the snippet of NPS widgets."""

from wagtail.snippets.models import register_snippet

from cx_feedback.nps.viewsets import NPSViewSet

register_snippet(NPSViewSet)
