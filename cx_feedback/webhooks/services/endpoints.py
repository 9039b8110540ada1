"""Making, changing and removing endpoints and their secrets, with entries in the audit log."""

import base64
import datetime
import secrets
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log

from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.core.text.encryption import seal_text
from cx_feedback.webhooks.events.event_types import get_event_types
from cx_feedback.webhooks.events.wanted_events import endpoints_generation
from cx_feedback.webhooks.models import Endpoint, EndpointSecret
from cx_feedback.webhooks.permissions import may_send_texts
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

    Raises InvalidInput naming the fields that can't be.
    """
    endpoint = Endpoint(owner=owner)
    _set_fields(endpoint, {"name": name, "url": url, "events": events, "with_texts": with_texts})
    _save_endpoint(endpoint)
    log(endpoint, CREATE_ACTION, user=owner, data=_get_log_data(endpoint))
    endpoints_generation.end()
    return endpoint, _create_secret(endpoint)


@transaction.atomic
def update_endpoint(
    *,
    endpoint_id: int,
    user: Any,
    name: str | None = None,
    url: str | None = None,
    events: Sequence[str] | None = None,
    with_texts: bool | None = None,
    active: bool | None = None,
) -> Endpoint:
    """Change the fields of an endpoint that are given; it belongs to ``user`` from then on.

    Otherwise, who changes the address would get texts that only the former owner may see. What
    waited while it was off is sent. Raises InvalidInput, and NotFound for one that was removed.
    """
    given = {"name": name, "url": url, "events": events, "with_texts": with_texts, "active": active}
    changes = {field: value for field, value in given.items() if value is not None}
    if not changes:
        raise InvalidInput(fields={"body": [_("Name a field that is to change.")]})
    endpoint = _lock_endpoint(endpoint_id)
    if active and not endpoint.active:
        endpoint.failing_since, endpoint.off_reason = None, ""
    endpoint.owner = user
    _set_fields(endpoint, changes)
    _save_endpoint(endpoint)
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
    """Give an endpoint a new secret and return it. Earlier ones sign too for ``OVERLAP``.

    Raises InvalidInput where a token asks for the secret of an endpoint with texts.
    """
    endpoint = _lock_endpoint(endpoint_id)
    _require_right_to_texts(endpoint, user)
    endpoint.secrets.filter(ends_at=None).update(ends_at=timezone.now() + OVERLAP)
    endpoint.secrets.filter(ends_at__lte=timezone.now()).delete()
    log(endpoint, RENEW_ACTION, user=user)
    return _create_secret(endpoint)


@transaction.atomic
def end_old_secrets(*, endpoint_id: int, user: Any) -> bool:
    """Delete the secrets that were replaced; return whether there were any.

    Raises InvalidInput like ``renew_secret``.
    """
    endpoint = _lock_endpoint(endpoint_id)
    _require_right_to_texts(endpoint, user)
    if not endpoint.secrets.exclude(ends_at=None).delete()[0]:
        return False
    log(endpoint, END_ACTION, user=user)
    return True


def _create_secret(endpoint: Endpoint) -> str:
    text = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    EndpointSecret.objects.create(endpoint=endpoint, sealed=seal_text(text))
    return text


def _lock_endpoint(endpoint_id: int) -> Endpoint:
    rows = Endpoint.objects.select_for_update().filter(removed_at=None)
    found = rows.filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound
    return found


def _save_endpoint(endpoint: Endpoint) -> None:
    """Save an endpoint; raises InvalidInput if its account has another one with its address."""
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError:
        same = Endpoint.objects.active().filter(owner=endpoint.owner, url=endpoint.url)
        other = same.exclude(pk=endpoint.pk).first()
        if other is None:
            raise
        words = _("Your webhook %(id)d, “%(name)s”, has this address: change that one.")
        shown = words % {"id": other.pk, "name": other.name}
        raise InvalidInput(fields={"url": [shown]}) from None


def _set_fields(endpoint: Endpoint, changes: dict[str, Any]) -> None:
    """Set fields of an endpoint; raises InvalidInput naming those that can't be so."""
    stored = set(endpoint.events)
    for field, value in changes.items():
        setattr(endpoint, field, value.strip() if isinstance(value, str) else value)
    errors = _find_text_errors(endpoint, {"name", "url"} & changes.keys())
    if "events" in changes and (problem := _find_events_problem(endpoint.events, stored)):
        errors["events"] = [problem]
    if endpoint.with_texts and not _may_keep_texts(endpoint, changes):
        errors |= _get_texts_refusal()
    if errors:
        raise InvalidInput(fields=errors)
    endpoint.events = sorted(set(endpoint.events))


def _find_text_errors(endpoint: Endpoint, fields: set[str]) -> dict[str, list[Any]]:
    errors: dict[str, list[Any]] = {}
    try:
        endpoint.clean_fields(exclude={f.name for f in Endpoint._meta.fields} - fields)
    except ValidationError as error:
        errors |= error.message_dict
    if "url" in fields and (problem := find_url_problem(endpoint.url)):
        errors["url"] = [problem]
    return errors


def _find_events_problem(events: Sequence[str], stored: set[str]) -> str:
    """Return what is wrong with events; those that are stored may be gone from the site."""
    known = {*get_event_types(), *stored}
    if unknown := [name[:40] for name in events if name not in known]:
        return pgettext("webhook", "There is no such event: %s.") % ", ".join(unknown[:3])
    return "" if events else pgettext("webhook", "Choose among the events of this site.")


def _may_keep_texts(endpoint: Endpoint, changes: dict[str, Any]) -> bool:
    """Return whether its account may have texts sent, or has only switched it off."""
    return may_send_texts(endpoint.owner) or changes == {"active": False}


def _require_right_to_texts(endpoint: Endpoint, user: Any) -> None:
    if endpoint.with_texts and not may_send_texts(user):
        raise InvalidInput(fields=_get_texts_refusal())


def _get_texts_refusal() -> dict[str, list[Any]]:
    words = _("A token can't have texts sent. Change webhooks with texts in the admin.")
    return {"with_texts": [words]}


def _get_log_data(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "url": endpoint.url,
        "events": endpoint.events,
        "with_texts": endpoint.with_texts,
        "active": endpoint.active,
    }
