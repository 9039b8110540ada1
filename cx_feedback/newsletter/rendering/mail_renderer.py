"""Renders the newsletter's mails, once for each rule or list and language."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.rich_text import expand_db_html

from cx_feedback.core import conf
from cx_feedback.core.errors import get_error_text
from cx_feedback.core.text import languages
from cx_feedback.core.text.plain_text import convert_to_text
from cx_feedback.mail.messages import tracked_links
from cx_feedback.mail.messages.list_headers import build_list_id, build_unsubscribe_headers
from cx_feedback.mail.messages.rendering import REFERENCE, fill_template
from cx_feedback.mail.models import Message
from cx_feedback.mail.services import create_message
from cx_feedback.newsletter.models import FollowUpRule, MailingList, NewsletterSettings, RuleStep
from cx_feedback.newsletter.rendering import placeholders
from cx_feedback.newsletter.rendering.mail_sites import MailSite, get_site_of_list, get_site_of_rule
from cx_feedback.newsletter.rendering.mail_validation import refuse_long_subject

#: Prefixes of the names of mailings in the deliveries ledger.
RULE, OPT_IN, ISSUE, ISSUE_TEST = "rule:", "opt-in:", "issue:", "issue-test:"
PREFERENCES = "preferences:"
UNSUBSCRIBE = "{unsubscribe_url}"
ALLOWED_TAGS = {"p", "h2", "h3", "b", "strong", "i", "em", "ol", "ul", "li", "a", "hr", "br"}

_PATH = re.compile(r'(href=")(/[^"]*)')
#: Placeholders whose values are the same for every subscriber, by their key in the context.
_SHARED_PLACEHOLDERS = {
    name: re.compile(rf"\{{{placeholder}(\|[^{{}}\n]*)?\}}")
    for name, placeholder in (("list_name", "list"), ("site_name", "site"))
}


@dataclass(frozen=True)
class RenderedMail:
    """The parts of a rendered mail, in which placeholders may be left."""

    subject: str
    text: str
    html: str


def get_opt_in_mailing(list_id: int) -> str:
    """Return the name of the mailing of the mails that confirm subscriptions to a list."""
    return f"{OPT_IN}{list_id}"


def create_rule_message(
    rule: FollowUpRule,
    language: str,
    *,
    mail: FollowUpRule | RuleStep | None = None,
    site: MailSite | None = None,
) -> Message:
    """Return the message of ``mail``, by default the rule's first, in ``language``.

    An existing message is returned if the content is the same.
    """
    site = site or get_site_of_rule(rule)
    parts = render_rule(rule, language, mail=mail, site=site)
    return store_message(parts, rule.mailing_list, language, bulk=True, site=site)


def render_rule(
    rule: FollowUpRule,
    language: str,
    *,
    mail: FollowUpRule | RuleStep | None = None,
    site: MailSite | None = None,
) -> RenderedMail:
    """Render the text of a rule's mail, with the frame in ``language``."""
    import nh3

    mail, site = mail or rule, site or get_site_of_rule(rule)
    with translation.override(languages.get_mail_language(language)):
        body = make_links_absolute(
            nh3.clean(expand_db_html(mail.body), tags=ALLOWED_TAGS), site.base_url
        )
        return render_mail(
            mail.subject,
            "cx_feedback/newsletter/mail/follow_up.html",
            rule.mailing_list.name,
            {"body": body},
            site,
        )


def find_render_problem(rule: FollowUpRule, language: str, *, mail: FollowUpRule | RuleStep) -> str:
    """Return the reason why ``mail`` can't be rendered, "" if it can. Writes nothing."""
    try:
        refuse_long_subject(render_rule(rule, language, mail=mail).subject)
    except Exception as error:  # Templates and blocks can raise anything.
        return _("This email can't be generated: %s") % get_error_text(error)
    return ""


def render_preview(
    rule: FollowUpRule, language: str, *, mail: FollowUpRule | RuleStep | None = None
) -> RenderedMail:
    """Render ``mail``, by default the rule's first, filled in for an anonymous subscriber."""
    parts = render_rule(rule, language, mail=mail)
    values = {"name": "", "unsubscribe_url": "#", "preferences_url": "#"}
    return RenderedMail(
        fill_template(parts.subject, values),
        fill_template(parts.text, values),
        fill_template(parts.html, values, html=True),
    )


def create_opt_in_message(
    lists: Sequence[MailingList], language: str, *, known: bool, site: MailSite
) -> Message:
    """Return the message that asks to confirm or, if ``known``, tells that one is subscribed."""
    with translation.override(languages.get_mail_language(language)):
        name = "already_subscribed" if known else "opt_in"
        words = _("You already receive “%s”") if known else _("Confirm your subscription to “%s”")
        names = join_list_names(one.name for one in lists)
        subject = Truncator(words % names).chars(Message._meta.get_field("subject").max_length or 0)
        template = f"cx_feedback/newsletter/mail/{name}.html"
        parts = render_mail(escape_braces(subject), template, names, {}, site)
    return store_message(parts, lists[0], language, bulk=False, site=site)


def create_preferences_message(language: str, *, site: MailSite) -> Message:
    """Return the message with a new link to the page of preferences."""
    with translation.override(languages.get_mail_language(language)):
        template = "cx_feedback/newsletter/mail/preferences.html"
        parts = render_mail(_("Choose what you receive"), template, "", {}, site)
    return store_message(parts, None, language, bulk=False, site=site)


def join_list_names(names: Iterable[str]) -> str:
    """Join names for a place between quotation marks, such as ``A” and “B``."""
    # Translators: placed between two names inside the quotation marks of another message, as in
    # “News” and “Recipes”: it closes the first name's marks and opens the second's.
    return pgettext("newsletter", "” and “").join(names)


def escape_braces(text: str) -> str:
    """Replace braces, which would be read as placeholders, in names of lists and sites."""
    return text.replace("{", "(").replace("}", ")")


def render_mail(
    subject: str, template: str, list_name: str, context: dict[str, Any], site: MailSite
) -> RenderedMail:
    """Render a template that extends ``mail/base.html``, with placeholders left in."""
    context = {
        **context,
        "subject": subject,
        "list_name": escape_braces(list_name),
        "site_name": escape_braces(site.name),
        "base_url": site.base_url,
        "language": translation.get_language() or "",
    }
    html = fill_shared_placeholders(render_to_string(template, context), context, html=True)
    text = convert_to_text(html.partition("<main>")[2] or html)
    return RenderedMail(fill_shared_placeholders(subject, context), text, inline_styles(html))


def inline_styles(html: str) -> str:
    """Return ``html`` with inline styles. Fetches nothing."""
    return _get_inliner().inline(html)


@cache
def _get_inliner() -> Any:
    """Return an inliner that fetches nothing and leaves <style>, which has the dark mode."""
    import css_inline

    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def fill_shared_placeholders(text: str, context: dict[str, Any], *, html: bool = False) -> str:
    """Fill in the placeholders whose values are the same for every subscriber."""
    for name, pattern in _SHARED_PLACEHOLDERS.items():
        value = str(escape(context[name])) if html else context[name]
        text = pattern.sub(value.replace("\\", r"\\"), text)
    return placeholders.add_default_name(text)


def are_clicks_counted() -> bool:
    """Return whether the settings of the default site allow counting clicks."""
    settings = NewsletterSettings.objects.filter(site__is_default_site=True, track_clicks=True)
    return bool(settings.exists())


def _add_tracking(html: str, base: str) -> str:
    if are_clicks_counted():
        html = tracked_links.add_click_tracking(html, base=base)
    if conf.get("MAIL_COUNT_OPENS"):
        html = tracked_links.add_open_tracking(html, base=base)
    return html


def make_links_absolute(html: str, base: str) -> str:
    """Return ``html`` with relative links made absolute below ``base``."""
    return _PATH.sub(lambda m: m[1] + urljoin(f"{base}/", m[2]), html)


def store_message(
    parts: RenderedMail,
    mailing_list: MailingList | None,
    language: str,
    *,
    bulk: bool,
    site: MailSite,
) -> Message:
    """Store the message of ``parts``.

    With ``bulk``, its unsubscribe link contains the reference of the delivery, so that statistics
    can attribute the end of a subscription to a mail.
    """
    unsubscribe = UNSUBSCRIBE
    if bulk:
        unsubscribe = f"{UNSUBSCRIBE}?mail={{{REFERENCE}}}"
        html, text = (p.replace(UNSUBSCRIBE, unsubscribe) for p in (parts.html, parts.text))
        parts = RenderedMail(parts.subject, text, _add_tracking(html, site.base_url))
    refuse_long_subject(parts.subject)
    headers = {
        **build_unsubscribe_headers(unsubscribe),
        "Auto-Submitted": "auto-generated",
    }
    if bulk:
        headers["Precedence"] = "bulk"
        if mailing_list:
            headers["List-Id"] = build_list_id(
                "list", mailing_list.pk, get_site_of_list(mailing_list).base_url
            )
    return create_message(
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        headers=headers,
        language=language,
        from_email=mailing_list.from_email if mailing_list else "",
    )
