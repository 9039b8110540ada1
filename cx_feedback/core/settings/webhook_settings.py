"""The keys of ``CX_FEEDBACK`` about webhooks."""

from cx_feedback.core.settings import setting_checks
from cx_feedback.core.settings.setting import Setting

_MINUTE, _HOUR = 60, 3600

WEBHOOK_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "WEBHOOKS_ALLOWED_HOSTS",
        [],
        "Hosts that webhooks may be sent to though they are not public, and by http://: names, "
        "addresses or networks such as 10.0.0.0/8 (docs/reference/webhooks.md).",
        setting_checks.check_strings,
    ),
    Setting(
        "WEBHOOKS_EVENTS",
        [],
        "Dotted paths of a site's own events of webhooks "
        "(docs/extending/adding-a-webhook-event.md).",
        setting_checks.check_strings,
    ),
    Setting(
        "WEBHOOKS_RETRY_PAUSES",
        [5, _MINUTE, 5 * _MINUTE, 30 * _MINUTE, *(n * _HOUR for n in (2, 5, 10, 14, 20, 24))],
        "Seconds between an event that could not be sent and the next attempt, one for each "
        "further attempt; after the last, it waits for the button to send it again.",
        setting_checks.check_pauses,
    ),
    Setting(
        "WEBHOOKS_LEASE",
        120,
        "Seconds after which an event whose sending process died is sent again; longer than the "
        "30 seconds that an attempt takes at its worst.",
        setting_checks.whole_number(1),
    ),
    Setting(
        "WEBHOOKS_FAILING_DAYS",
        5,
        "Days without a success after which a webhook is switched off, with a mail to its owner.",
        setting_checks.whole_number(1, 365),
    ),
    Setting(
        "WEBHOOKS_LOG_DAYS",
        30,
        "Days for which events of webhooks and their attempts are kept, sent or not.",
        setting_checks.whole_number(1, 365),
    ),
)
