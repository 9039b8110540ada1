"""The sites in whose name the mails of rules are sent."""

from collections.abc import Sequence

from cx_feedback.core.pages import sites
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, Subscription
from cx_feedback.newsletter.rendering.mail_sites import MailSite, get_mail_sites
from cx_feedback.readers.models import Activity


class RuleSites:
    """Finds the site of each mail of a run.

    One query for a run, and two more for each chunk if there are several sites.
    """

    def __init__(self) -> None:
        self._sites: dict[int | None, MailSite] = {}
        self._page_ids: dict[int, int | None] = {}
        self._site_ids: dict[int, int | None] = {}

    def look_up(self, rows: Sequence[FollowUp]) -> None:
        """Load the sites of the pages on which what is behind ``rows`` happened."""
        if rows and not self._sites:
            self._sites = get_mail_sites()
        if not self.are_several:
            return
        if ids := {row.activity_id for row in rows if row.activity_id}:
            activities = Activity.objects.filter(pk__in=ids, page_id__isnull=False)
            self._page_ids = dict(activities.values_list("pk", "page_id"))
        pages = {page for row in rows if (page := self._get_page_id(row))}
        self._site_ids = sites.get_site_ids(pages) if pages else {}

    def _get_page_id(self, row: FollowUp) -> int | None:
        """Return the page of what happened: that of the event, or of the activity."""
        return row.page_id or self._page_ids.get(row.activity_id or 0)

    @property
    def are_several(self) -> bool:
        """True if there are at least two sites."""
        return len(self._sites) > 2  # The default site is in it twice.

    def site_of(
        self, rule: FollowUpRule, row: FollowUp, subscriber: Subscription | None
    ) -> MailSite:
        """Return the site of a mail: of the activity's page, the list or the subscription's page.

        An absence has no page. Then the page on which the reader subscribed decides.
        """
        if not self.are_several:
            return self._sites[None]
        found = self._site_ids.get(self._get_page_id(row) or 0) or rule.mailing_list.site_id
        if found is None and subscriber is not None and (page := subscriber.consent_page_id):
            found = sites.get_site_ids([page]).get(page)
        return self._sites.get(found) or self._sites[None]
