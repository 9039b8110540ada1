"""Endpoints that fail: since when, and their end after some days, with a mail to the owner."""

import datetime
import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cx_feedback.core import conf
from cx_feedback.core.text import languages
from cx_feedback.webhooks.events.wanted_events import endpoints_generation
from cx_feedback.webhooks.models import Endpoint
from cx_feedback.webhooks.services.endpoints import OFF_ACTION

logger = logging.getLogger(__name__)
Reason = Endpoint.OffReason


def record_success(endpoint: Endpoint) -> None:
    """End the failures of an endpoint."""
    if endpoint.failing_since is not None:
        rows = Endpoint.objects.filter(pk=endpoint.pk, failing_since__isnull=False)
        rows.update(failing_since=None)


def record_failure(endpoint: Endpoint, *, is_gone: bool, now: datetime.datetime) -> None:
    """Note that an endpoint fails; switch it off if it is gone or has failed for too long."""
    if endpoint.failing_since is None:
        Endpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=now)
    days = datetime.timedelta(days=conf.get("WEBHOOKS_FAILING_DAYS"))
    if is_gone:
        _switch_off(endpoint, Reason.GONE, Endpoint.objects.all())
    elif endpoint.failing_since is not None and endpoint.failing_since <= now - days:
        # A success that another process has stored since counts.
        still = Endpoint.objects.filter(failing_since__lte=now - days)
        _switch_off(endpoint, Reason.FAILING, still)


def _switch_off(endpoint: Endpoint, reason: Reason, rows: Any) -> None:
    """Switch an endpoint off, once, and write to its owner after the commit."""
    if not rows.filter(pk=endpoint.pk, active=True).update(active=False, off_reason=reason):
        return
    log(endpoint, OFF_ACTION, data={"reason": reason.value})
    endpoints_generation.end()
    transaction.on_commit(lambda: _tell_owner(endpoint, reason))


def _tell_owner(endpoint: Endpoint, reason: Reason) -> None:
    owner: Any = endpoint.owner
    address = getattr(owner, owner.get_email_field_name(), "") or ""
    if not address:
        return
    profile = getattr(owner, "wagtail_userprofile", None)
    language = profile.get_preferred_language() if profile else settings.LANGUAGE_CODE
    with translation.override(languages.get_mail_language(language)):
        base = getattr(settings, "WAGTAILADMIN_BASE_URL", "") or ""
        words = {
            "name": " ".join(endpoint.name.split()),
            "reason": reason.label,
            "url": base.rstrip("/") + reverse("cx_webhooks:log", args=[endpoint.pk]),
        }
        subject = _("The webhook “%(name)s” is switched off") % words
        text = _(
            "The webhook “%(name)s” is sent nothing any more: %(reason)s.\n\n"
            "What happened until now waits for some days. Here you see what failed, and can "
            "switch it on again:\n%(url)s\n"
        )
        message = (subject, text % words)
    try:
        send_mail(*message, None, [address])
    except Exception as error:  # the state is in the admin, whatever the mail server says
        logger.warning("No mail about webhook %s: %s", endpoint.pk, type(error).__name__)
