"""Filters that format the numbers on the pages of mailings."""

from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import npgettext, pgettext

from cx_feedback.core import conf
from cx_feedback.core.text.number_format import format_decimal, format_percentage
from cx_feedback.mail.stats.mailing_stats import MailingStats, MailStats

register = template.Library()


@register.filter
def per_time(rate: float) -> str:
    """Return a rate in emails per second as text, per minute if it is low."""
    if rate >= 1:
        return pgettext("delivery", "%s a second") % format_decimal(rate, 0 if rate >= 10 else 1)
    return pgettext("delivery", "%s a minute") % format_decimal(rate * 60, 0)


@register.filter
def time_left(seconds: float) -> str:
    """Return seconds as text, in a unit that is precise enough."""
    for size, words in (
        (86400, lambda n: npgettext("delivery", "%d day", "%d days", n)),
        (3600, lambda n: npgettext("delivery", "%d hour", "%d hours", n)),
        (60, lambda n: npgettext("delivery", "%d minute", "%d minutes", n)),
    ):
        if seconds >= size * 1.5:
            number = round(seconds / size)
            return str(words(number) % number)
    number = max(round(seconds), 1)
    return npgettext("delivery", "%d second", "%d seconds", number) % number


@register.filter
def figure_names(_value: Any) -> list[tuple[str, str]]:
    """Return the names and labels of the figures. Opens are included only if they are counted."""
    names = [
        ("delivered", pgettext("delivery", "Delivered")),
        ("bounced", pgettext("delivery", "Bounced")),
        ("complained", pgettext("delivery", "Marked as spam")),
        ("opened", pgettext("delivery", "Opened")),
        ("clicked", pgettext("delivery", "Clicked")),
        ("unsubscribed", pgettext("delivery", "Unsubscribed")),
        ("answered", pgettext("delivery", "Answered")),
        ("returned", pgettext("delivery", "Came back")),
    ]
    counts_opens = conf.get("MAIL_COUNT_OPENS")
    return [pair for pair in names if pair[0] != "opened" or counts_opens]


@register.filter
def number_of(figures: MailStats, name: str) -> str:
    """Return a figure, "–" if it was not measured."""
    number = figures.get_number(name)
    return "–" if number is None else str(intcomma(number))


@register.filter
def share_of(figures: MailStats, name: str) -> str:
    """Return a figure's share of the sent emails in per cent, "" if there is none."""
    share = figures.get_share(name)
    return "" if share is None else percent(share)


@register.filter
def percent(share: float) -> str:
    """Return a share, 0 to 1, in per cent, with more decimals if it is small."""
    return format_percentage(format_decimal(share * 100, 2 if 0 < share < 0.01 else 1))


@register.filter
def sections(figures: MailingStats) -> list[tuple[str, list[tuple[str, MailStats]]]]:
    """Return the sections of the table of figures: all, by language, by tier."""
    parts = [("", [(pgettext("delivery", "All"), figures.total)])]
    for heading, groups in (
        (pgettext("delivery", "Language"), figures.by_language),
        (pgettext("delivery", "Tier when queued"), figures.by_tier),
    ):
        if len(groups) > 1:
            parts.append((heading, groups))
    return parts
