"""A cache in front of the site that notes what it is told to forget."""

from wagtail.contrib.frontend_cache.backends.base import BaseBackend

#: What the settings of a test say of it.
CACHES = {"default": {"BACKEND": "tests.frontend_cache.Noted"}}


class Noted(BaseBackend):
    """Keeps the purged addresses; raises what stands first in ``errors``."""

    purged: list[str] = []
    errors: list[Exception] = []
    #: Called while the cache is told.
    meanwhile = staticmethod(lambda: None)

    def purge(self, url):
        self.meanwhile()
        if self.errors:
            raise self.errors.pop(0)
        self.purged.append(url)
