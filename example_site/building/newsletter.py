"""The magazine's mailing list, its sign-up, and what it writes back to its readers."""

from typing import Any

from cx_feedback.newsletter.models import FollowUpRule, MailingList
from example_site.building.content import read_yaml


def make_list() -> MailingList:
    """Return the mailing list; made with its follow-up rules if there is none yet."""
    content = read_yaml("newsletter.yaml")
    found = MailingList.objects.order_by("pk").first()
    if found is not None:
        return found
    mailing_list = MailingList.objects.create(**content["list"])
    for rule in content["rules"]:
        FollowUpRule.objects.create(mailing_list=mailing_list, active=True, **rule)
    return mailing_list


def subscribe_block(mailing_list: MailingList, language: str) -> dict[str, Any]:
    """Return the value of a sign-up block in one language."""
    words = read_yaml("newsletter.yaml")["block"][language]
    return {**words, "mailing_list": mailing_list.pk, "ask_name": True}
