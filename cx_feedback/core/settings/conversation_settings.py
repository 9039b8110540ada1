"""The keys of ``CX_FEEDBACK`` about conversations."""

from cx_feedback.core.settings import setting_checks
from cx_feedback.core.settings.setting import Setting

CONVERSATION_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "CONVERSATIONS_LINK_DAYS",
        14,
        "Days for which the link to a conversation in a mail opens it; after that, its reader can "
        "have a new one sent.",
        setting_checks.whole_number(1, 365),
    ),
    Setting(
        "CONVERSATIONS_MAIL_WORDS",
        True,
        "Whether mails to readers hold the words of the editors' answer, or only the link to it.",
        setting_checks.of_type(bool),
    ),
    Setting(
        "CONVERSATIONS_CLOSED_DAYS",
        730,
        "Days after which closed conversations are deleted with all their messages; 0: they stay.",
        setting_checks.zero_or_whole_number(1, 36500),
    ),
)
