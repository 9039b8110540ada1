from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.core import conf
from cx_feedback.core.caching.deadlines import run_within

#: Seconds to wait for an answer.
TIMEOUT = 5.0
SPAM_POINTS, BLATANT_POINTS = 4.0, 8.0


class Akismet(Scorer):
    """Asks Akismet, if the site has set an API key.

    Sends the text, the name, the email address and the IP address of the author to Akismet. Needs
    ``pip install wagtail-cx-feedback[akismet]``. Called by a task while the comment waits.
    """

    name = "akismet"
    asks_network = True
    takes_reports = True

    def wants(self, submission: Submission) -> bool:
        return bool(conf.get("COMMENTS_AKISMET_KEY") and submission.address)

    def score(self, submission: Submission) -> SpamFinding | None:
        answer = self._ask("comment_check", submission)
        if not answer:
            return None
        blatant = answer == 2  # akismet.CheckResponse.DISCARD
        return self.build_finding(BLATANT_POINTS if blatant else SPAM_POINTS, blatant=blatant)

    def report(self, submission: Submission, *, is_spam: bool) -> None:
        """Report a wrong result to Akismet, with the same text that was checked."""
        self._ask("submit_spam" if is_spam else "submit_ham", submission)

    def _ask(self, call: str, submission: Submission) -> Any:
        client = self.client(conf.get("COMMENTS_AKISMET_KEY"), submission.page_id)
        ask = partial(
            getattr(client, call),
            submission.address,
            user_agent=submission.agent,
            comment_type="reply" if submission.parent_id else "comment",
            comment_author=submission.name,
            comment_author_email=submission.email,
            comment_content=submission.text,
            blog_lang=submission.language,
            blog_charset="UTF-8",
        )
        # The client waits a second for each answer, but has no timeout for DNS.
        return run_within(TIMEOUT, ask)

    def client(self, key: str, page_id: int = 0) -> Any:
        """Return a client for the site of a page; it waits one second at most."""
        import akismet

        from cx_feedback.core.pages import sites

        site = sites.get_site(sites.get_site_ids([page_id]).get(page_id))
        url = site.root_url if site else ""
        return akismet.SyncClient(config=akismet.Config(key=key, url=url))

    def describe(self, detail: Mapping[str, Any]) -> str:
        if detail.get("unanswered"):
            return _("Akismet did not answer.")
        if detail.get("blatant"):
            return _("Akismet is certain that this is spam.")
        return _("Akismet considers it spam.")
