"""The problems that the trial of a widget can find."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.core.health.findings import Level, Problem

NO_BLOCK = Problem(
    "no-block",
    Level.WARNING,
    _("%(title)s: no page type offers the block, and no template uses the tag."),
    "$line",
    "docs/how-to/writing-the-field-out.md",
)
NOTHING_TO_TRY = Problem(
    "nothing-to-try",
    Level.UNKNOWN,
    _(
        "%(title)s: no public page has one that readers can send now, so none was tried. "
        "%(missing)s"
    ),
)
ADDRESSES_FIRST = Problem(
    "addresses-first",
    Level.UNKNOWN,
    _("%(title)s was not tried: what readers send doesn't reach us (see “URLs”). Mend that first."),
    docs_page="docs/tutorial/first-answer.md",
)
PAGE_FAILED = Problem(
    "page-failed",
    Level.ERROR,
    _("%(title)s: the page “%(page)s” ends with an error: %(reason)s."),
)
STATIC_NOT_COLLECTED = Problem(
    "static-not-collected",
    Level.ERROR,
    _(
        "%(title)s: the page “%(page)s” needs the static file “%(file)s”, which the manifest of "
        "collected files lacks: with DEBUG = False it ends with an error."
    ),
    "python manage.py collectstatic --no-input",
)
PAGE_REFUSED = Problem(
    "page-refused",
    Level.WARNING,
    _(
        "%(title)s: the page “%(page)s” answers readers without an account with %(status)s "
        "%(url)s, so its form could not be tried."
    ),
)
NOT_SHOWN = Problem(
    "not-shown",
    Level.ERROR,
    _(
        "%(title)s: the page “%(page)s” has the block, but its template doesn't show it: it does "
        "not write the field out, or it was not served by Wagtail and the block knows no page."
    ),
    "{% load wagtailcore_tags %}{% include_block page.body %}",
    "docs/how-to/writing-the-field-out.md",
)
OTHER_PAGE = Problem(
    "other-page",
    Level.ERROR,
    _(
        "%(title)s: on the page “%(page)s” the form belongs to another page (%(other)s): its "
        "template has something else as “page” in its context, or none."
    ),
    "{% load wagtailcore_tags %}{% with page=self %}{% include_block self.body %}{% endwith %}",
    "docs/how-to/writing-the-field-out.md",
)
NO_HEAD = Problem(
    "no-head",
    Level.ERROR,
    _(
        "%(title)s: the page “%(page)s” links neither the style sheet nor the script that all "
        "widgets share."
    ),
    "{% load cx_feedback %}{% cx_feedback_head %}",
    "docs/how-to/writing-the-field-out.md",
)
SENDING_FAILED = Problem(
    "sending-failed",
    Level.ERROR,
    _("%(title)s: the form of the page “%(page)s” ends with an error: %(reason)s."),
)
REDIRECTED = Problem(
    "redirected",
    Level.ERROR,
    _(
        "%(title)s: what readers send to %(path)s is redirected to %(url)s by the site's own "
        "middleware before it reaches us: let it pass the addresses below “feedback/”."
    ),
)
REFUSED = Problem(
    "refused",
    Level.ERROR,
    _(
        "%(title)s: the form of the page “%(page)s”, sent to %(path)s, is answered with "
        "%(status)s. The site's own middleware refuses it, or a setting of ours."
    ),
)
NOT_TRIED = Problem(
    "not-tried",
    Level.UNKNOWN,
    _(
        "%(title)s: the form of the page “%(page)s” could not be filled in by a program "
        "(%(status)s), or it is for accounts only. Try it yourself."
    ),
)
PROBLEMS = (
    ADDRESSES_FIRST,
    NO_BLOCK,
    NOTHING_TO_TRY,
    PAGE_FAILED,
    STATIC_NOT_COLLECTED,
    PAGE_REFUSED,
    NOT_SHOWN,
    OTHER_PAGE,
    NO_HEAD,
    SENDING_FAILED,
    REDIRECTED,
    REFUSED,
    NOT_TRIED,
)
