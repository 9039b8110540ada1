"""What may stand behind the question mark of an address: no value of it is an error of ours.

Each page is asked first to learn which parameters it reads, of ours, of Wagtail's, of filters.
Then each of them has values in turn, by itself: ``make test-all`` tries all of them, else a page
tries some, and each value is tried by many pages.
"""

import inspect
import zlib

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve

from tests.permissions.addresses import list_admin_addresses
from tests.permissions.conftest import account, fill, moderated, objects, pages  # noqa: F401
from tests.steps import THOROUGH
from tests.test_storable import ids  # noqa: F401

pytestmark = pytest.mark.django_db
#: As they stand in an address: numbers and ids that are none, broken texts, long ones, and one
#: with words and signs that searches know.
VALUES = {
    "nothing": "0",
    "negative": "-1",
    "words": "abc",
    "huge": "1" + "0" * 30,
    "digits": "9" * 5000,
    "superscript": "%C2%B2",
    "zero": "a%00b",
    "surrogate": "%ED%A0%80",
    "long": "a%20" * 5000,
    "wildcards": "%25_%27%22%5C*(",
}
#: How many of them each parameter of a page of the admin has.
TRIED = len(VALUES) if THOROUGH else 1
#: Good values, which lead on to what is read of others.
GOOD = {"span": "month", "rows": "q-choice", "columns": "q-scale", "question": "q-text"}
#: Wagtail looks for the words of a search only where some are.
ALWAYS = {"q", "p", "export"}
PUBLIC = [
    *("surveys/{surveys}/", "surveys/{surveys}/ask/", "nps/{nps}/ask/", "mail/preferences/"),
    *("comments/list/?page={page}", "comments/mine/?page={page}", "comments/follow/?page={page}"),
    *("comments/feed/", "newsletter/subscribe/", "api/v1/surveys/", "api/v1/surveys/{surveys}/"),
    *("api/v1/surveys/{surveys}/results/", "api/v1/surveys/{surveys}/results/crosstab/"),
    *("api/v1/surveys/{surveys}/results/trend/", "api/v1/surveys/{surveys}/results/compare/"),
    *("api/v1/nps/{nps}/", "api/v1/nps/{nps}/results/", "api/v1/comments/?page={page}"),
    *("api/v1/comments/{comments}/", "api/v1/me/", "api/v1/loyalty/", "api/v1/loyalty/readers/"),
]


class Recorder:
    """Notes the names that are looked for in any QueryDict and not there."""

    def __init__(self, monkeypatch):
        self.names: set[str] = set()
        for method in ("__getitem__", "getlist", "pop"):
            monkeypatch.setattr(QueryDict, method, self._noting(getattr(QueryDict, method)))

    def _noting(self, method):
        def noted(query, name, *args, **kwargs):
            if not dict.__contains__(query, name):
                self.names.add(str(name))
            return method(query, name, *args, **kwargs)

        return noted


@pytest.fixture
def recorder(monkeypatch):
    return Recorder(monkeypatch)


def names_of(client: Client, address: str, recorder: Recorder) -> list[str]:
    """Return the parameters that a page reads."""
    recorder.names.clear()
    client.get(address)
    client.get(address, GOOD)
    read = {name for name in recorder.names if name.replace("_", "").isalnum()}
    return sorted(read | ALWAYS)


def draw_values(page: str, name: str, count: int) -> list[tuple[str, str]]:
    """Return so many values, always the same for a parameter of a page."""

    def rank(one: tuple[str, str]) -> int:
        return zlib.crc32(f"{page} {name} {one[0]}".encode())

    return sorted(VALUES.items(), key=rank)[:count]


def broken_by(client: Client, address: str, names: list[str], count: int) -> list[str]:
    """Return which queries of an address end in an error of the server."""
    join, page = "&" if "?" in address else "?", resolve(address.partition("?")[0]).view_name
    return [
        f"{name}: {label}"
        for name in names
        for label, value in draw_values(page, name, count)
        if client.get(f"{address}{join}{name}={value}").status_code >= 500
    ]


def views_of(addresses: dict[str, str]) -> dict[str, str]:
    """Return the addresses but those that only repeat others.

    A list without its frame reads what the whole one reads, and Wagtail's own pages of one thing
    are the same for all.
    """
    found, seen = {}, set()
    for name, address in addresses.items():
        if f"{name}_results" in addresses:
            continue
        view = inspect.unwrap(resolve(address).func).view_class
        if view.__module__.startswith("wagtail.") and "results" not in name:
            if view.__qualname__ in seen:
                continue
            seen.add(view.__qualname__)
        found[name] = address
    return found


#: What chooses snippets is Wagtail's own.
ADDRESSES = [a for a in list_admin_addresses() if not a.namespace.startswith("wagtailsnippetch")]
NAMESPACES = sorted({address.namespace for address in ADDRESSES})


@pytest.fixture
def editor(account):  # noqa: F811
    client, _held = account("chief", superuser=True)
    return client


@pytest.mark.slow
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_page_of_the_admin_takes_any_query(editor, fill, recorder, namespace):  # noqa: F811
    broken = {}
    editor.raise_request_exception = False
    addresses = {a.name: fill(a) for a in ADDRESSES if a.namespace == namespace}
    for name, address in views_of(addresses).items():
        broken[name] = broken_by(editor, address, names_of(editor, address, recorder), TRIED)
    assert {name: found for name, found in broken.items() if found} == {}


def test_every_value_is_tried_by_many_pages():
    drawn = [label for n in range(100) for label, _value in draw_values(f"page {n}", "q", 4)]
    assert all(drawn.count(label) > 20 for label in VALUES)


def test_the_parameters_of_a_page_are_found(editor, fill, recorder):  # noqa: F811
    by_name = {str(address): address for address in ADDRESSES}
    snippets = "wagtailsnippets_cx_feedback"
    for name, names in {
        "cx_comments:queue_results": {"p", "q", "page", "state", "ordering", "created_at_from"},
        f"{snippets}_surveys_survey:results_crosstab": {"page", "since", "rows", "answer"},
        f"{snippets}_newsletter_followuprule:dry_run": {"rule"},
    }.items():
        assert set(names_of(editor, fill(by_name[name]), recorder)) >= names


@pytest.mark.slow
def test_a_public_address_takes_any_query(client, ids, django_user_model, recorder):  # noqa: F811
    client.force_login(django_user_model.objects.create_superuser("chief", "c@example.org", "x"))
    client.raise_request_exception = False
    broken, read = {}, set()
    for route in PUBLIC:
        address = f"/feedback/{route.format(**ids)}"
        names = names_of(client, address, recorder)
        read |= set(names)
        broken[route] = broken_by(client, address, names, len(VALUES))
    assert {route: found for route, found in broken.items() if found} == {}
    assert read >= {"after", "order", "lang", "key", "q", "span", "since", "rows"}


def test_every_page_of_the_admin_has_its_requests_cleaned(fill):  # noqa: F811
    for address in ADDRESSES:
        assert _is_cleaned(resolve(fill(address)).func), address


def _is_cleaned(view) -> bool:
    while view is not None:
        if getattr(view, "cx_clean_requests", False):
            return True
        view = getattr(view, "__wrapped__", None)
    return False
