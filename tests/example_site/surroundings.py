"""The environment in which tests run the example site: nothing of the tests' own settings."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What the example site's settings read, and what would lead it to the tests' servers.
ITS_OWN = (
    "ALLOWED_HOSTS BASE_URL DATABASE_URL DEMO_DIR DEMO_PASSWORD DEMO_READERS DJANGO_DEBUG"
    " EMAIL_URL MEDIA_ROOT PORT SECRET_KEY SERVE_MEDIA STATIC_MANIFEST STATIC_ROOT"
)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment for the example site with all it keeps below ``folder``."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ITS_OWN.split() and not name.startswith(("CELERY_", "COV_"))
    }
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "example_site.settings",
        "DEMO_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        **more,
    }
