"""``check --deploy`` ends without an error because of us, whatever describes the site's own API."""

import pytest
from django.apps import apps
from django.core.checks import ERROR, run_checks
from django.core.checks.registry import registry
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS

#: Our addresses alone: what others do wrong is not ours to say.
urlpatterns = [path("feedback/", include("cx_feedback.urls"))]


@pytest.mark.django_db
def test_a_fresh_site_has_no_error(monkeypatch):
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # the browser's tests set it
    assert not apps.is_installed("drf_spectacular")
    found = run_checks(include_deployment_checks=True)
    errors = [m for m in found if m.level >= ERROR and not m.is_silenced()]
    # Wagtail's search wants an app on PostgreSQL that the settings of the tests do not have.
    assert [m for m in errors if not str(m.id).startswith("postgres.")] == []


@pytest.fixture
def schema_check():
    """The check of a site that has drf_spectacular installed; importing it registers it."""
    from drf_spectacular.checks import schema_check

    registry.deployment_checks.discard(schema_check)
    GENERATOR_STATS.reset()
    return schema_check


def test_our_document_needs_no_app_of_others(client):
    assert client.get("/feedback/api/v1/schema/").status_code == 200


@pytest.mark.parametrize(
    "schema_class",
    ["drf_spectacular.openapi.AutoSchema", "rest_framework.schemas.openapi.AutoSchema"],
)
def test_a_site_that_describes_its_own_api_hears_nothing_of_ours(
    settings, schema_class, schema_check
):
    settings.ROOT_URLCONF = __name__
    settings.REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": schema_class}
    assert schema_check(None) == []
