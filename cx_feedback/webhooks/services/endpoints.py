"""Making, changing and removing endpoints and their secrets, with entries in the audit log."""

import base64
import datetime
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext
from wagtail.log_actions import log

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.encryption import seal_text
from cx_feedback.webhooks.events.event_types import EVENT_TYPES
from cx_feedback.webhooks.events.wanted_events import endpoints_generation
from cx_feedback.webhooks.models import Endpoint, EndpointSecret
from cx_feedback.webhooks.transport.addresses import find_url_problem

_ACTION = "cx_feedback.webhooks."
#: The actions in the audit log.
CREATE_ACTION, UPDATE_ACTION, REMOVE_ACTION = (
    f"{_ACTION}{name}" for name in ("create", "update", "remove")
)
RENEW_ACTION, END_ACTION, OFF_ACTION = (
    f"{_ACTION}{name}" for name in ("renew_secret", "end_secrets", "switch_off")
)
#: Time for which a secret that was replaced signs too, so that receivers can change theirs.
OVERLAP = datetime.timedelta(days=1)


@transaction.atomic
def create_endpoint(
    *, owner: Any, name: str, url: str, events: Sequence[str], with_texts: bool = False
) -> tuple[Endpoint, str]:
    """Create an endpoint of the account ``owner``; return it with its secret.

    Raises InvalidInput for an address or events that can't be.
    """
    _check_endpoint(url, events)
    endpoint = Endpoint.objects.create(
        owner=owner, name=name, url=url, events=sorted(events), with_texts=with_texts
    )
    log(endpoint, CREATE_ACTION, user=owner, data=_get_log_data(endpoint))
    endpoints_generation.end()
    return endpoint, _create_secret(endpoint)


@transaction.atomic
def update_endpoint(
    *,
    endpoint_id: int,
    user: Any,
    name: str,
    url: str,
    events: Sequence[str],
    with_texts: bool,
    active: bool,
) -> Endpoint:
    """Change an endpoint, which belongs to ``user`` from then on.

    Otherwise, who changes the address would get texts that only the former owner may see. What
    waited while it was off is sent. Raises InvalidInput.
    """
    _check_endpoint(url, events)
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    endpoint.name, endpoint.url, endpoint.events = name, url, sorted(events)
    endpoint.with_texts, endpoint.owner = with_texts, user
    if active and not endpoint.active:
        endpoint.failing_since, endpoint.off_reason = None, ""
    endpoint.active = active
    endpoint.save()
    log(endpoint, UPDATE_ACTION, user=user, data=_get_log_data(endpoint))
    endpoints_generation.end()
    return endpoint


@transaction.atomic
def remove_endpoint(*, endpoint_id: int, user: Any) -> None:
    """Remove an endpoint with its address, its secrets and what it was still to be sent.

    Its row and its log stay for the nightly deletion.
    """
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    if endpoint.removed_at is not None:
        return
    log(endpoint, REMOVE_ACTION, user=user, deleted=True)
    endpoint.secrets.all().delete()
    endpoint.deliveries.filter(state="pending").delete()
    endpoint.removed_at, endpoint.active, endpoint.url = timezone.now(), False, ""
    endpoint.save()
    endpoints_generation.end()


@transaction.atomic
def renew_secret(*, endpoint_id: int, user: Any) -> str:
    """Give an endpoint a new secret and return it. Earlier ones sign too for ``OVERLAP``."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id, removed_at=None)
    endpoint.secrets.filter(ends_at=None).update(ends_at=timezone.now() + OVERLAP)
    endpoint.secrets.filter(ends_at__lte=timezone.now()).delete()
    log(endpoint, RENEW_ACTION, user=user)
    return _create_secret(endpoint)


@transaction.atomic
def end_old_secrets(*, endpoint_id: int, user: Any) -> bool:
    """Delete the secrets that were replaced; return whether there were any."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id, removed_at=None)
    if not endpoint.secrets.exclude(ends_at=None).delete()[0]:
        return False
    log(endpoint, END_ACTION, user=user)
    return True


def _create_secret(endpoint: Endpoint) -> str:
    text = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    EndpointSecret.objects.create(endpoint=endpoint, sealed=seal_text(text))
    return text


def _check_endpoint(url: str, events: Sequence[str]) -> None:
    errors: dict[str, list[Any]] = {}
    if problem := find_url_problem(url):
        errors["url"] = [problem]
    if not events or not set(events) <= set(EVENT_TYPES):
        errors["events"] = [pgettext("webhook", "Choose among the events of this site.")]
    if errors:
        raise InvalidInput(fields=errors)


def _get_log_data(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "url": endpoint.url,
        "events": endpoint.events,
        "with_texts": endpoint.with_texts,
        "active": endpoint.active,
    }
