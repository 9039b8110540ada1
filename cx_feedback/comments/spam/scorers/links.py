from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.contact_patterns import FOREIGN_LINK, has_offer
from cx_feedback.comments.spam.words_and_links import find_hosts
from cx_feedback.core.text.text_folding import fold_text

#: Points by number of links, the last for all larger ones. Halved for authors with approvals.
POINTS = (0.0, 2.0, 3.0, 4.0, 6.0)
FOREIGN_POINTS = 3.0
NAME_POINTS = 3.0
OFFER_POINTS = 2.0


class Links(Scorer):
    """Links and contacts, which are the purpose of spam."""

    name = "links"
    reads_words = True

    def score(self, submission: Submission) -> SpamFinding | None:
        text = submission.folded
        hosts = find_hosts(text)
        foreign = bool(FOREIGN_LINK.search(text))
        named = bool(find_hosts(fold_text(submission.name)))
        offer = has_offer(text)
        points = POINTS[min(len(hosts), len(POINTS) - 1)]
        points += FOREIGN_POINTS * foreign + NAME_POINTS * named + OFFER_POINTS * offer
        if not points:
            return None
        if submission.verified and submission.record.approved:
            points /= 2
        return self.build_finding(
            points,
            # Lists of sources have many links too.
            only_holds=not (foreign or named or offer),
            links=len(hosts),
            hosts=hosts[:3],
            foreign=foreign,
            named=named,
            offer=offer,
        )

    def describe(self, detail: Mapping[str, Any]) -> str:
        said = []
        count = int(detail.get("links", 0))
        if count:
            hosts = ", ".join(dict.fromkeys(map(str, detail.get("hosts", []))))
            words = npgettext(
                "comment", "%(n)d link (%(hosts)s).", "%(n)d links (%(hosts)s).", count
            )
            said.append(words % {"n": count, "hosts": hosts})
        if detail.get("foreign"):
            said.append(_("Contains links in another system's format."))
        if detail.get("named"):
            said.append(_("The name is the address of a site."))
        if detail.get("offer"):
            said.append(
                _(
                    "It asks for contact by phone, mail or chat, names a wallet, or hides a site's "
                    "address."
                )
            )
        return " ".join(said)
