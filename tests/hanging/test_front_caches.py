"""Caches in front of the site: what was hidden leaves them, whatever was lost or away."""

import datetime
import http.server
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import PendingPurge
from cx_feedback.comments.rendering import frontend_cache as purging
from cx_feedback.comments.services import cache_purge
from tests.frontend_cache import Noted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lost(acts, broker, refused):
    """A broker to which every nudge is lost."""
    broker(f"redis://127.0.0.1:{refused}/0")


def purge(after=0):
    return services.purge_due_urls(now=timezone.now() + datetime.timedelta(minutes=after))


def hide(acts):
    services.hide_comments(ids=[acts.comment.pk])
    assert PendingPurge.objects.exists()


def test_a_lost_nudge_is_found_by_the_sweep(acts, lost, purged):
    hide(acts)
    services.restore_comments(ids=[acts.comment.pk])
    assert purged == []
    assert PendingPurge.objects.count() == 1  # one for each page
    assert purge() == 1
    assert purged == [acts.page.full_url]
    assert not PendingPurge.objects.exists()
    assert purge() == 0


def test_a_moved_page_is_purged_under_its_old_address(acts, article, lost, purged):
    old = acts.page.full_url
    sibling = acts.page.get_parent().add_child(instance=type(article)(title="Other", slug="other"))
    acts.page.move(sibling, pos="last-child")
    assert purge() == 1
    assert purged == [old]


def test_a_cache_that_fails_twice_is_told_again(acts, lost, purged):
    Noted.errors += [OSError("away"), OSError("away")]
    hide(acts)
    assert purge() == 0
    assert purge() == 0  # not before its time
    assert len(Noted.errors) == 1
    assert purge(after=2) == 0
    assert purge(after=3) == 0
    assert purge(after=6) == 1
    assert purged == [acts.page.full_url]


def test_it_is_given_up_after_a_while(acts, lost, purged, caplog):
    Noted.errors += [OSError("away")] * 100
    hide(acts)
    for tries in range(1, cache_purge.MAX_ATTEMPTS + 1):
        assert PendingPurge.objects.exists()
        purge(after=tries * 61)
    assert not PendingPurge.objects.exists()
    assert "Not purged" in caplog.text
    assert len(Noted.errors) == 100 - cache_purge.MAX_ATTEMPTS


def test_what_changes_while_it_is_purged_is_purged_again(acts, lost, purged, monkeypatch):
    def change():
        monkeypatch.setattr(Noted, "meanwhile", staticmethod(lambda: None))
        # In the thread of the purge: no lock is held.
        services.restore_comments(ids=[acts.comment.pk])
        connection.close()

    hide(acts)
    monkeypatch.setattr(Noted, "meanwhile", staticmethod(change))
    assert purge() == 0
    assert PendingPurge.objects.count() == 1
    assert purge() == 1
    assert purged == [acts.page.full_url] * 2


def test_two_runs_do_not_purge_the_same(acts, lost, purged, monkeypatch):
    found = []

    def meanwhile():
        monkeypatch.setattr(Noted, "meanwhile", staticmethod(lambda: None))
        found.append(purge())
        connection.close()

    hide(acts)
    monkeypatch.setattr(Noted, "meanwhile", staticmethod(meanwhile))
    assert purge() == 1
    assert found == [0]
    assert len(purged) == 1


def test_one_that_hangs_is_not_waited_for_long(acts, lost, purged, mute, settings, monkeypatch):
    monkeypatch.setattr(purging, "PATIENCE", 0.1)
    use_http(settings, mute.port)
    hide(acts)
    assert purge() == 0
    assert PendingPurge.objects.get().attempts == 1
    mute.close()


@pytest.mark.parametrize(("status", "done"), [(200, 1), (404, 1), (503, 0)])
def test_what_wagtail_only_logs_is_a_failure(acts, lost, purged, settings, status, done):
    class Cache(http.server.BaseHTTPRequestHandler):
        def do_PURGE(self):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Cache) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        use_http(settings, server.server_port)
        hide(acts)
        assert purge() == done
        server.shutdown()
    assert PendingPurge.objects.count() == 1 - done


def use_http(settings, port):
    backend = "wagtail.contrib.frontend_cache.backends.HTTPBackend"
    settings.WAGTAILFRONTENDCACHE = {
        "default": {"BACKEND": backend, "LOCATION": f"http://127.0.0.1:{port}"}
    }


def test_sites_without_one_pay_nothing_and_others_one_statement(acts, lost, purged, settings):
    def statements():
        acts.write()
        with CaptureQueriesContext(connection) as captured:
            acts.write()
        return [query["sql"] for query in captured if "PRAGMA" not in query["sql"]]

    with_cache = statements()
    assert PendingPurge.objects.exists()
    PendingPurge.objects.all().delete()
    del settings.WAGTAILFRONTENDCACHE
    without = statements()
    assert not PendingPurge.objects.exists()
    assert len(with_cache) == len(without) + 1
    assert not [sql for sql in without if PendingPurge._meta.db_table in sql]
