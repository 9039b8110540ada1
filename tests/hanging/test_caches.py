"""A shared cache that is away or hangs: no act waits for it, and what it forgot is right again."""

import threading
import time

import pytest
import redis  # noqa: F401  (for the first time it takes as long as is allowed)
from django.core.cache.backends.base import BaseCache

from cx_feedback.comments.rendering import thread_renderer
from cx_feedback.core.caching import shared_cache
from tests.comments.conftest import talk, write  # noqa: F401
from tests.hanging.conftest import AT_MOST

pytestmark = pytest.mark.django_db(transaction=True)
REDIS = "django.core.cache.backends.redis.RedisCache"


class Stuck(BaseCache):
    """A cache of some client of a site's own, every call of which hangs."""

    over = threading.Event()

    def __init__(self, location, params):
        super().__init__(params)

    def get(self, key, default=None, version=None):
        self.over.wait(20)
        return default

    def add(self, *args, **kwargs):
        return self.get("")

    set = delete = incr = get_many = set_many = add


@pytest.fixture
def stuck():
    Stuck.over.clear()
    yield f"{__name__}.Stuck"
    Stuck.over.set()


@pytest.fixture
def use(settings):
    """A function that gives the site another cache."""

    def use(backend, location="", **options):
        entry = {"BACKEND": backend, "LOCATION": location, "OPTIONS": options}
        settings.CACHES = {"default": entry}

    yield use
    shared_cache.cache.breaker.succeeded()


@pytest.mark.parametrize("how", ["refused", "mute", "mute with patience", "name", "stuck"])
def test_no_act_waits_for_a_cache(how, use, mute, refused, slow_names, stuck, no_act_waits):
    with no_act_waits():
        if how == "refused":
            use(REDIS, f"redis://127.0.0.1:{refused}/0")
        elif how == "mute":
            use(REDIS, f"redis://127.0.0.1:{mute.port}/0")
        elif how == "mute with patience":
            use(REDIS, f"redis://127.0.0.1:{mute.port}/0?socket_timeout=9", retry_on_timeout=True)
        elif how == "name":
            use(REDIS, "redis://cache.example:6379/0")
        else:
            use(stuck)
    assert shared_cache.cache.breaker.is_open
    assert mute.asked or "mute" not in how
    assert set(slow_names) == ({"cache.example"} if how == "name" else set())


@pytest.mark.parametrize("how", ["refused", "mute", "stuck"])
def test_a_thread_is_shown_without_a_cache(how, use, mute, refused, stuck, talk, write):  # noqa: F811
    write("Words that stay", state="published")
    known = thread_renderer.render_section(talk)
    if how == "stuck":
        use(stuck)
    else:
        use(REDIS, f"redis://127.0.0.1:{refused if how == 'refused' else mute.port}/0")
    begun = time.monotonic()
    with shared_cache.cache.in_place_of_the_sites():
        shown = thread_renderer.render_section(talk)
    assert time.monotonic() - begun < AT_MOST + 0.2  # and the thread is rendered anew
    assert shown == known
    assert "Words that stay" in shown
