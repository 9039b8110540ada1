"""What several rooms need is written once, in core, and each room uses it."""

from django.apps import apps
from django.urls import reverse
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.core.sections.permissions import SectionPermissions
from cx_feedback.core.sections.viewsets import SectionViewSet


def list_section_models():
    """Return our models that bound a group to a page and all below it."""
    return {
        model
        for model in apps.get_models()
        if model.__module__.startswith("cx_feedback.")
        and {"group", "page"} <= {field.name for field in model._meta.get_fields()}
    }


def test_sections_of_all_rooms_are_those_of_core():
    models = list_section_models()
    assert len(models) == 2
    reverse("wagtailadmin_home")  # registers the screens
    screens = {
        viewset.model: viewset
        for viewset in viewsets.viewsets
        if isinstance(viewset, ModelViewSet) and viewset.model in models
    }
    assert screens.keys() == models
    for viewset in screens.values():
        assert isinstance(viewset, SectionViewSet)
        assert isinstance(viewset.permission_policy, SectionPermissions)
