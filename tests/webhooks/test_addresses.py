"""No call to a private address: by number, by name, by a name that changes, by redirect."""

import ipaddress
import socket
import threading
import time

import pytest
from wagtail.models import Site

from cx_feedback.core.errors import InvalidInput
from cx_feedback.webhooks import services
from cx_feedback.webhooks.models import Attempt
from cx_feedback.webhooks.transport import addresses, pinned_connection
from cx_feedback.webhooks.transport.pinned_connection import post_message

PRIVATE = """
    127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1
    192.0.0.1 192.0.0.9 192.0.0.192 192.0.2.1
    198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 239.1.1.1
    240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1
    64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::1 2001:0:1::1
    2001:db8::1 3fff::1 fe80::1 fec0::1 fc00::1 fd12:3456::1 ff02::1 100::1 5f00::1
    ::ffff:0:127.0.0.1
"""
PUBLIC = """8.8.8.8 1.1.1.1 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808"""

#: Private addresses and this machine, written as no name server has to be asked for them.
ODD = """
    2130706433 0x7f.1 0x7F000001 017700000001 0177.0.0.1 127.1 10.1 0xa.0.0.1 0 127.0.0.1.
    localhost. LocalHost. inner.localhost [fe80::1%25eth0]
"""


@pytest.mark.parametrize("text", PRIVATE.split())
def test_private_addresses_are_not_public(text):
    assert not addresses.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC.split())
def test_public_addresses_are(text):
    assert addresses.is_public(ipaddress.ip_address(text))


def resolve_to(monkeypatch, *answers):
    """Let each look-up of a name return the next of ``answers``, each some addresses."""
    left = list(answers)

    def getaddrinfo(host, port, *args, **kwargs):
        numbers = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (number, port, 0, 0))
            if ":" in number
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))
            for number in numbers
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def connections(monkeypatch):
    """The addresses to which a connection was opened; none is."""
    opened = []

    def connect(self, address):
        opened.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return opened


def post(url):
    result = post_message(url, b"{}", {})
    assert result.status is None
    return result.error


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:127.0.0.1", "fe80::1"])
def test_a_name_of_a_private_address_is_not_called(monkeypatch, connections, number):
    resolve_to(monkeypatch, [number])
    assert post("https://inner.example.com/") == Attempt.Error.ADDRESS
    assert connections == []


@pytest.mark.django_db
def test_a_name_with_one_private_address_is_not_called_at_all(monkeypatch, connections):
    resolve_to(monkeypatch, ["8.8.8.8", "127.0.0.1"])
    assert post("https://mixed.example.com/") == Attempt.Error.ADDRESS
    assert connections == []


@pytest.mark.django_db
def test_a_name_that_changes_its_address_is_asked_for_once(monkeypatch, connections):
    resolve_to(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    assert post("https://rebound.example.com/") == Attempt.Error.CONNECTION
    assert connections == ["8.8.8.8"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"],
)
def test_no_way_to_write_this_machine_reaches_it(receiver, host):
    assert post(f"https://{host}:{receiver.port}/") in (Attempt.Error.ADDRESS, Attempt.Error.NAME)
    assert post(f"http://{host}:{receiver.port}/") == Attempt.Error.ADDRESS
    assert receiver.requests == []


def test_a_redirect_is_not_followed(make_endpoint, receiver, send_all, db):
    receiver.status, receiver.location = 307, f"http://localhost:{receiver.port}/inner"
    endpoint, _secret = make_endpoint()
    services.send_test(endpoint_id=endpoint.pk)
    send_all()
    assert [request.path for request in receiver.requests] == ["/hook"]
    assert (Attempt.objects.get().error, Attempt.objects.get().status) == ("redirect", 307)


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "inner.example.com"])
@pytest.mark.django_db
def test_a_site_can_allow_names_addresses_and_networks(monkeypatch, settings, receiver, entry):
    resolve_to(monkeypatch, ["127.0.0.1"])
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "WEBHOOKS_ALLOWED_HOSTS": [entry]}
    host = entry if entry.startswith("inner") else "127.0.0.1"
    result = post_message(f"http://{host}:{receiver.port}/hook", b"{}", {})
    assert result.status == 204


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Must be an address"),
        ("ftp://example.com/", "Must be an address"),
        ("https://", "Must be an address"),
        ("https://user:secret@example.com/", "Must be an address"),
        ("https://example.com:99999/", "Must be an address"),
        ("https://example.com:0/", "Must be an address"),
        ("https://exam ple.com/", "Must be an address"),
        ("https://example.com/\x01", "Must be an address"),
        ("https://example.com/\r\nHost: other", "Must be an address"),
        ("https://[::1/", "Must be an address"),
        ("http://example.com/", "Must begin with https://"),
        ("https://localhost/", "not a public one"),
        ("https://127.0.0.1/", "not a public one"),
        ("https://[::ffff:7f00:1]/", "not a public one"),
        *((f"https://{host}/", "not a public one") for host in ODD.split()),
        ("https://testserver/hook", "the site itself"),
        ("https://TESTSERVER./hook", "the site itself"),
    ],
)
def test_a_wrong_address_gets_a_clear_error(owner, url, words):
    Site.objects.update(hostname="testserver", port=443)
    with pytest.raises(InvalidInput) as caught:
        services.create_endpoint(owner=owner, name="x", url=url, events=["comment.created"])
    assert words in str(caught.value.fields["url"][0])


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["134744072", "0x8.8.8.8", "0x7f.1.example.com", "2130706433.com"])
def test_names_and_public_addresses_are_taken_however_written(monkeypatch, host):
    monkeypatch.setattr(socket, "getaddrinfo", None)  # nobody is asked
    assert addresses.find_url_problem(f"https://{host}/") == ""


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433"])
def test_an_allowed_network_is_allowed_however_written(settings, host):
    allowed = {"WEBHOOKS_ALLOWED_HOSTS": ["127.0.0.0/8"]}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **allowed}
    assert addresses.find_url_problem(f"http://{host}/") == ""


@pytest.mark.django_db
def test_unknown_events_get_a_clear_error(owner):
    for events in ([], ["comment.created", "comment.exploded"]):
        with pytest.raises(InvalidInput) as caught:
            services.create_endpoint(
                owner=owner, name="x", url="https://example.com/", events=events
            )
        assert "events" in caught.value.fields


@pytest.fixture
def dripping(monkeypatch, settings):
    """The port of a receiver that answers a byte now and then, and half a second for it."""
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "WEBHOOKS_ALLOWED_HOSTS": ["127.0.0.0/8"]}
    monkeypatch.setattr(pinned_connection, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            try:
                taken, _address = server.accept()
                for _ in range(60):
                    taken.send(b"H")
                    time.sleep(0.05)
            except OSError:
                return

        threading.Thread(target=drip, daemon=True).start()
        yield server.getsockname()[1]


def post_in_time(url):
    """Return the error of a message that is given up soon."""
    started = time.monotonic()
    result = post_message(url, b"{}", {})
    assert time.monotonic() - started < 2
    return result.error


@pytest.mark.django_db
def test_a_receiver_that_drips_is_left(dripping):
    assert post_in_time(f"http://127.0.0.1:{dripping}/") == Attempt.Error.TIMEOUT


@pytest.mark.django_db
def test_a_receiver_that_drips_after_a_dead_address_is_left(monkeypatch, dripping):
    connect = socket.socket.connect

    def connect_late(self, address):
        if address[0] == "127.0.0.2":
            time.sleep(0.6)
            raise TimeoutError
        connect(self, address)

    resolve_to(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    monkeypatch.setattr(socket.socket, "connect", connect_late)
    assert post_in_time(f"http://127.0.0.1:{dripping}/") == Attempt.Error.TIMEOUT
