"""Caches in front of the site, through ``wagtail.contrib.frontend_cache`` where it is installed."""

import swapper

from cx_feedback.comments.models import Thread


def purge_pages(*, thread_ids: list[int]) -> int:
    """Purge the pages of these threads in every front-end cache; return how many pages."""
    from wagtail.contrib.frontend_cache.utils import PurgeBatch

    threads = Thread.objects.filter(pk__in=thread_ids)
    pages = list(
        swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=threads.values("page"))
    )
    batch = PurgeBatch()
    batch.add_pages(pages)
    batch.purge()
    return len(pages)
