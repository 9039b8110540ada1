"""Start a site in this process, and print as JSON what that took.

``python -m tests.start rooms`` sets Django up and loads the root URL configuration; with
``--views`` it also looks up an address, as the first request of a web process does.
"""

import json
import os
import sys
import time
from typing import Any

SITE, *OPTIONS = sys.argv[1:]
os.environ["DJANGO_SETTINGS_MODULE"] = f"tests.start.{SITE}"


def start() -> dict[str, Any]:
    import django
    from django.urls import get_resolver, reverse

    django.setup()
    assert get_resolver().url_patterns
    if "--views" in OPTIONS:
        reverse("wagtailadmin_home")
    seconds = time.process_time()
    modules = sorted(sys.modules)
    # Imported only now: it is not of the site.
    from benchmarks.memory import read_peak_memory

    return {"seconds": seconds, "megabytes": read_peak_memory(), "modules": modules}


print(json.dumps(start()))
