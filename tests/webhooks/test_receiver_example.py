"""The receiver of docs/reference/webhooks.md takes what arrives once, nothing that was altered."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.utils import timezone

from cx_feedback.webhooks import services
from cx_feedback.webhooks.events.event_types import EVENT_TYPES, TEST
from cx_feedback.webhooks.models import EventDelivery

pytestmark = pytest.mark.django_db
GUIDE = (Path(__file__).parents[2] / "docs/reference/webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def example():
    """Return the names that the example defines."""
    code = next(c for c in re.findall(r"```python\n(.*?)```", GUIDE, re.S) if "def receive" in c)
    names = {}
    exec(compile(code, "docs/reference/webhooks.md", "exec"), names)
    return names


def post(example, request, body=None):
    """Hand a request that arrived to the example; return its status."""
    headers = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in request.headers.items()}
    built = RequestFactory().post(
        "/hook", body or request.body, content_type="application/json", **headers
    )
    return example["receive"](built).status_code


def test_the_example_takes_an_event_once(example, make_endpoint, receiver, send_all, capsys):
    endpoint, example["SECRET"] = make_endpoint()
    services.send_test(endpoint_id=endpoint.pk)
    receiver.status = 500  # whose answer gets lost
    send_all()
    receiver.status = 204
    EventDelivery.objects.update(due_at=timezone.now())
    send_all()
    assert [post(example, request) for request in receiver.requests] == [204, 204]
    assert capsys.readouterr().out == f"webhook.test {{'webhook': {endpoint.pk}}}\n"


def test_the_example_refuses_what_was_altered(example, make_endpoint, receiver, send_all):
    endpoint, example["SECRET"] = make_endpoint()
    services.send_test(endpoint_id=endpoint.pk)
    send_all()
    [request] = receiver.requests
    assert post(example, request, request.body.replace(b"test", b"best")) == 401
    request.headers["webhook-id"] = "msg_x"
    assert post(example, request) == 401
    assert example["seen"] == set()


def test_the_guide_names_each_event_and_its_fields():
    rows = [line for line in GUIDE.splitlines() if line.startswith("| `")]
    for one in (*EVENT_TYPES.values(), TEST):
        [row] = [line for line in rows if f"`{one.name}`" in line.split("|")[1]]
        for field in one.payload.__dataclass_fields__:
            assert f"`{field}`" in row, (one.name, field)
