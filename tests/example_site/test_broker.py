"""The demo's broker: messages arrive whole and in order."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from example_site.broker import Transport

pytestmark = pytest.mark.slow  # a whole site, with its own pins


@pytest.fixture
def channel(tmp_path):
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection(transport=Transport, transport_options=options) as connection:
        yield connection.channel()


def test_messages_arrive_in_order(channel):
    for number in range(12):
        channel._put("celery", {"number": number, "word": "señal"})
    channel._put("other", {"number": 99})
    assert [channel._get("celery")["number"] for _ in range(12)] == list(range(12))
    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._get("other") == {"number": 99}


def test_a_worker_that_looks_too_early_finds_nothing(channel, monkeypatch):
    looked = []
    move = Path.replace

    def look_first(path, target):
        with pytest.raises(Empty):
            channel._get("celery")
        looked.append(path.read_text("utf-8"))
        return move(path, target)

    monkeypatch.setattr(Path, "replace", look_first)
    channel._put("celery", {"number": 1})
    assert looked == ['{"number": 1}']
    assert channel._get("celery") == {"number": 1}


def test_filesystem_addresses_use_it():
    with Connection("filesystem://localhost/") as connection:
        assert type(connection.transport) is Transport


def test_a_folder_that_is_gone_is_an_error_of_the_broker(channel, tmp_path):
    (tmp_path / "queue").rmdir()
    with pytest.raises(channel.connection.channel_errors, match="queue"):
        channel._put("celery", {})
