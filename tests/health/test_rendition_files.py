"""The doctor renders pages whose images get renditions: their files go with their rows."""

from pathlib import Path

import pytest
from django.core.cache import caches
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from cx_feedback.core.health.trial_requests import taken_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return get_image_model().objects.create(title="Owl", file=get_test_image_file())


def list_files(tmp_path):
    return sorted(path.name for path in Path(tmp_path).rglob("*") if path.is_file())


def test_what_a_trial_makes_goes_and_what_was_there_stays(image, tmp_path):
    image.get_rendition("width-100")
    before = list_files(tmp_path)
    assert len(before) == 2
    with taken_back():
        image.get_rendition("width-100")
        image.get_renditions("width-50", "width-40")  # inserted in one statement, without signals
        with taken_back():
            image.get_rendition("width-30")
            assert len(list_files(tmp_path)) == 5
        assert len(list_files(tmp_path)) == 4
    assert list_files(tmp_path) == before
    assert image.renditions.count() == 1


@taken_back()
def fail_with_a_rendition(image):
    image.get_rendition("width-50")
    raise RuntimeError("template")


def test_a_page_that_fails_leaves_none_either(image, tmp_path):
    before = list_files(tmp_path)
    with pytest.raises(RuntimeError, match="template"):
        fail_with_a_rendition(image)
    assert list_files(tmp_path) == before


def test_files_that_another_row_names_stay(image):

    kept = image.get_rendition("width-100")
    with taken_back():
        new = image.get_rendition("width-50")
        type(new)._base_manager.filter(pk=new.pk).update(file=kept.file.name)
    assert Path(kept.file.path).is_file()


def test_no_rendition_stays_in_wagtails_own_cache(image, settings):
    settings.CACHES = {
        **settings.CACHES,
        "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "r"},
    }
    with taken_back():
        image.get_rendition("width-50")
        assert len(caches["renditions"]._cache) == 1
    assert len(caches["renditions"]._cache) == 0
