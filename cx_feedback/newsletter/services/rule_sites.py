"""The sites that the mails of rules come from."""

from collections.abc import Sequence

from cx_feedback.core.pages import sites
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, Subscription
from cx_feedback.newsletter.rendering.mail_sites import MailSite, get_mail_sites
from cx_feedback.readers.models import Activity


class RuleSites:
    """Finds the site of each mail of a run: one query, and two a chunk where there are several."""

    def __init__(self) -> None:
        self._sites: dict[int | None, MailSite] = {}
        self._by_act: dict[int, int | None] = {}

    def look_up(self, rows: Sequence[FollowUp]) -> None:
        """Find where what ``rows`` follow up happened."""
        if rows and not self._sites:
            self._sites = get_mail_sites()
        ids = {row.activity_id for row in rows if row.activity_id} if self.are_several else set()
        if not ids:
            return
        acts = Activity.objects.filter(pk__in=ids, page_id__isnull=False)
        pages = dict(acts.values_list("pk", "page_id"))
        found = sites.get_site_ids(page for page in pages.values() if page)
        self._by_act = {act: found.get(page) for act, page in pages.items() if page}

    @property
    def are_several(self) -> bool:
        return len(self._sites) > 2  # The default one is in it twice.

    def site_of(self, rule: FollowUpRule, row: FollowUp, who: Subscription | None) -> MailSite:
        """Return the site of the page where it happened, else of the list, of the subscription.

        A silence happens nowhere: who subscribed on a page is written to by its site.
        """
        if not self.are_several:
            return self._sites[None]
        found = self._by_act.get(row.activity_id or 0) or rule.mailing_list.site_id
        if found is None and who is not None and (page := who.consent_page_id):
            found = sites.get_site_ids([page]).get(page)
        return self._sites.get(found) or self._sites[None]
