"""How often one address may write: what one address is, and when it may write again."""

import pytest

from cx_feedback.core.http import throttles
from cx_feedback.core.http.client_address import get_network
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
#: 10 seconds past a whole minute, 2010 past a whole hour.
NOW = 1_800_000_000 // 3600 * 3600 + 2010


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51034", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::FFFF:C000:0207", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_what_counts_as_one_client(address, network):
    assert get_network(address) == network


def test_a_64_shares_one_key_and_one_limit(rf, settings, client):
    addresses = [f"2001:db8::{n:x}:1" for n in range(1, 4)]
    keys = {throttles.get_client_hash(rf.get("/", REMOTE_ADDR=address)) for address in addresses}
    assert len(keys) == 1
    settings.CX_FEEDBACK = {"RATES": {"write": "2/d"}}
    statuses = [
        client.post("/feedback/comments/post/", {}, REMOTE_ADDR=address, **OWN).status_code
        for address in addresses
    ]
    assert statuses == [400, 400, 429]


@pytest.mark.parametrize(
    ("unit", "seconds"), [("s", 1), ("m", 30), ("h", 1590), ("d", 86400 - NOW % 86400)]
)
@pytest.mark.parametrize("way", ["rest", "form", "mail"])
def test_retry_after_is_what_is_left_of_the_window(
    client, settings, monkeypatch, unit, seconds, way
):
    monkeypatch.setattr(throttles.time, "time", lambda: NOW + 0.4)
    rate = f"1/{unit}"
    settings.CX_FEEDBACK = {"RATES": {"write": rate, "mail": rate}}

    def write():
        if way == "form":
            return client.post("/feedback/comments/post/", {}, **OWN)
        to = "subscriptions" if way == "mail" else "comments"
        return client.post(f"/feedback/api/v1/{to}/", "{}", content_type="application/json", **OWN)

    assert "Retry-After" not in write().headers
    response = write()
    assert response.status_code == 429
    assert response.headers["Retry-After"] == str(seconds)
