"""Requests of a page that is open already, answered by a test."""

from collections.abc import Callable

from playwright.sync_api import Page, Route

PROBE = "/cx-intercepted"


def intercept(page: Page, pattern: str, handler: Callable[[Route], None]) -> None:
    """Let ``handler`` answer the requests of an open page that scripts may use.

    For a moment after ``page.route()`` has returned, Chromium's page still asks the network: the
    browser tells its processes of the interception, and a key that is pressed at once may be
    there before. So a request of the page's own has to be intercepted first. A route that stands
    before the page is opened needs none of this.
    """
    page.route(pattern, handler)
    page.route(f"**{PROBE}", lambda route: route.fulfill(status=204))
    page.wait_for_function(f"fetch('{PROBE}').then((answer) => answer.status === 204)")
    page.unroute(f"**{PROBE}")
