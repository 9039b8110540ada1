"""Ready-made series for new rules: a welcome, and mails to absent and returning readers.

They are created inactive, in a language that the editor chooses, and can then be edited.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.newsletter.models import FollowUpRule, MailingList, RuleStep

Trigger = FollowUpRule.Trigger


@dataclass(frozen=True)
class StarterMail:
    """A mail of a series, ``days`` after the trigger or the previous mail."""

    days: int
    subject: str | Promise
    paragraphs: tuple[str | Promise, ...]

    @property
    def body(self) -> str:
        return "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)


@dataclass(frozen=True)
class StarterSeries:
    """A ready-made rule with its mails."""

    slug: str
    name: str | Promise
    purpose: str | Promise
    trigger: str
    mails: tuple[StarterMail, ...]
    repeat: str = FollowUpRule.Repeat.ONCE
    stop_when_back: bool = False


STARTERS = (
    StarterSeries(
        "welcome",
        pgettext_lazy("newsletter", "Welcome"),
        _("Three emails to a new subscriber: thanks, what we are about, and a question."),
        Trigger.SUBSCRIBED,
        (
            StarterMail(
                0,
                pgettext_lazy("newsletter", "Welcome, {name}"),
                (
                    _("Thank you for subscribing to {list}."),
                    _("You will hear from us when there is something worth your time."),
                ),
            ),
            StarterMail(
                3,
                pgettext_lazy("newsletter", "Where to begin"),
                (
                    _("Hi {name}, here are the articles readers come back to most."),
                    _("Put two or three links here."),
                ),
            ),
            StarterMail(
                7,
                pgettext_lazy("newsletter", "What would bring you back?"),
                (
                    _("Hello {name}, what should the next article be about?"),
                    _("Reply to this email or leave a comment."),
                ),
            ),
        ),
    ),
    StarterSeries(
        "silent",
        pgettext_lazy("newsletter", "Stopped visiting"),
        _("Two emails to a reader who used to come; the second only if they stay away."),
        Trigger.SILENT,
        (
            StarterMail(
                0,
                _("It's been a while, {name}"),
                (
                    _("Hi {name}, here is what you've missed."),
                    _("This is what you have missed: put the best of the last weeks here."),
                ),
            ),
            StarterMail(
                10,
                _("What could we do better?"),
                (
                    _("Hello {name}, we would like to know why you stopped coming."),
                    _(
                        "One line is enough. If you'd rather not get these emails, use the "
                        "link below."
                    ),
                ),
            ),
        ),
        repeat=FollowUpRule.Repeat.EACH,
        stop_when_back=True,
    ),
    StarterSeries(
        "won-back",
        pgettext_lazy("newsletter", "Won back"),
        _("Two emails to a reader who came back after an absence."),
        Trigger.WON_BACK,
        (
            StarterMail(
                1,
                _("Good to see you again, {name}"),
                (
                    _("Hello {name}, thank you for coming back."),
                    _("Tell us what brought you back: we'd like to do more of it."),
                ),
            ),
            StarterMail(
                7,
                pgettext_lazy("newsletter", "Picked for you"),
                (_("Hi {name}, after your visit we picked these articles for you."),),
            ),
        ),
        repeat=FollowUpRule.Repeat.EACH,
    ),
)


def get_starter(slug: str) -> StarterSeries | None:
    """Return the series with this slug, None if there is none."""
    return next((found for found in STARTERS if found.slug == slug), None)


@transaction.atomic
def create_rule_from_starter(
    series: StarterSeries, *, mailing_list: MailingList, language: str
) -> FollowUpRule:
    """Create an inactive rule from a ready-made series, with its texts in ``language``."""
    first, *others = series.mails
    with translation.override(language):
        rule = FollowUpRule.objects.create(
            name=str(series.name),
            trigger=series.trigger,
            repeat=series.repeat,
            stop_when_back=series.stop_when_back,
            mailing_list=mailing_list,
            language=language,
            wait=first.days,
            wait_unit=FollowUpRule.Unit.DAYS,
            subject=str(first.subject),
            body=first.body,
        )
        for place, mail in enumerate(others, 1):
            RuleStep.objects.create(
                rule=rule,
                sort_order=place,
                wait=mail.days,
                subject=str(mail.subject),
                body=mail.body,
            )
    return rule
