"""The list of all keys of ``CX_FEEDBACK``, each with its default, meaning and check.

What editors decide is no key here but a setting in Wagtail.
"""

from cx_feedback.core.settings import setting_checks, setting_defaults
from cx_feedback.core.settings.conversation_settings import CONVERSATION_SETTINGS
from cx_feedback.core.settings.rest_settings import REST_SETTINGS
from cx_feedback.core.settings.setting import Setting
from cx_feedback.core.settings.webhook_settings import WEBHOOK_SETTINGS

SETTINGS: tuple[Setting, ...] = (
    # core
    *REST_SETTINGS,
    Setting(
        "FAST_INSERTS",
        True,
        "Whether PostgreSQL gets the rows of an act by one statement, without save() and its "
        "signals. False stores the same rows by save(); an act takes about twice as long. The "
        "statement is prepared unless the database has DISABLE_SERVER_SIDE_CURSORS, as behind a "
        "pooler of transactions, or prepare_threshold or server_side_binding in its options.",
        setting_checks.of_type(bool),
    ),
    Setting(
        "CLIENT_ADDRESS_HEADER",
        "",
        "Name in request.META of the header in which your own proxy writes the client's "
        "address, e.g. HTTP_X_REAL_IP; empty: REMOTE_ADDR. Used for keyed hashes only.",
        setting_checks.of_type(str),
    ),
    Setting(
        "CHALLENGE_COST",
        5000,
        "Rounds of work in each of the 100 to 200 tries by which a browser shows that it is no "
        "program; 5000 are about half a second on a desktop, two on a telephone.",
        setting_checks.whole_number(100, 1_000_000),
    ),
    Setting(
        "PUBLISH_USERNAMES",
        False,
        "Whether an account without a full name is shown to readers under its user name. False: "
        "it is asked for a name when it writes. A user name that is an email address isn't "
        "published.",
        setting_checks.of_type(bool),
    ),
    # readers
    Setting(
        "COOKIE_NAME", "cx_reader", "Name of the reader's cookie.", setting_checks.of_type(str)
    ),
    Setting(
        "COOKIE_DAYS",
        400,
        "Days the cookie of a reader lives who agreed to visits being counted; see "
        "docs/explanation/privacy.md for others.",
        setting_checks.whole_number(1, 400),
    ),
    Setting(
        "PERIOD",
        "week",
        "Length of a loyalty period: 'week' (from Monday) or 'day'. After a change run "
        "cx_rebuild_periods.",
        setting_checks.one_of("week", "day"),
    ),
    # nps
    Setting(
        "PAGE_AUTHOR",
        "owner",
        "Who wrote a page, for scores by author: 'owner', the name of another attribute of your "
        "pages, or the dotted path of a function that takes a page and returns a name.",
        setting_checks.of_type(str),
    ),
    # surveys
    Setting(
        "QUESTION_TYPES",
        [],
        "Dotted paths of a site's own question types (docs/extending/adding-a-question-type.md).",
        setting_checks.check_strings,
    ),
    Setting(
        "EXPORT_DAYS",
        7,
        "Days for which an exported file of responses is kept.",
        setting_checks.whole_number(1),
    ),
    Setting(
        "ERASURE_STORAGE",
        "",
        "Entry of `STORAGES` into which erasures are written as keyed hashes, so that "
        "`cx_replay_erasures` can repeat them after a backup was restored; empty: none are.",
        setting_checks.check_storage,
    ),
    Setting(
        "SURVEYS_PARTIAL_DAYS",
        0,
        "Days for which the answered pages of a survey that is not sent are kept, and scores of "
        "NPS widgets that are chosen and not sent, where an editor switches it on and the form "
        "says so; 0: they are never kept.",
        setting_checks.whole_number(0, 365),
    ),
    Setting(
        "SURVEY_TEMPLATES",
        [],
        "Dotted paths of a site's own surveys to begin with "
        "(docs/extending/adding-a-survey-template.md); one with the name of ours takes its place.",
        setting_checks.check_strings,
    ),
    Setting(
        "EMOTION_CLUSTERS",
        setting_defaults.EMOTION_WEIGHTS,
        "Weights (-1 to 1) of the clusters to which emotions belong, by name; None takes one "
        "out. A site's own dictionary is merged over the default. Answers keep the weight that "
        "they were given to.",
        setting_checks.check_clusters,
    ),
    # mail
    Setting(
        "MAIL_FROM",
        "",
        "Sender of emails that don't set one, 'The magazine <hello@example.org>'; empty: Django's "
        "DEFAULT_FROM_EMAIL.",
        setting_checks.of_type(str),
    ),
    Setting(
        "MAIL_COMMIT_SIZE",
        10,
        "Messages sent between two commits: at most so many are in doubt when a sending process "
        "is killed; fewer are slower.",
        setting_checks.whole_number(1, 200),
    ),
    Setting(
        "MAIL_MAX_IN_DOUBT",
        100,
        "Messages of one mailing that may be in doubt within a day, by all sending processes "
        "together; then it is paused until an editor resumes it. MAIL_COMMIT_SIZE times the "
        "processes that send one mailing at full speed.",
        setting_checks.whole_number(1),
    ),
    Setting(
        "MAIL_LEASE",
        300,
        "Seconds a sending process may be silent before its deliveries are taken back; longer "
        "than your EMAIL_TIMEOUT times MAIL_COMMIT_SIZE at its worst.",
        setting_checks.whole_number(30),
    ),
    Setting(
        "MAIL_ATTEMPTS",
        8,
        "Attempts at a delivery that fails for a while, over about a day; then it has failed.",
        setting_checks.whole_number(1, 100),
    ),
    Setting(
        "MAIL_COUNT_OPENS",
        False,
        "Whether opened mails are counted, by a picture in those to many and by the webhooks of "
        "your provider. Many mailboxes fetch pictures by themselves: the figure says little.",
        setting_checks.of_type(bool),
    ),
    # newsletter
    Setting(
        "NEWSLETTER_BASE_URL",
        "",
        "Address of the default site in mails, 'https://magazine.example'; empty: as Wagtail has "
        "it.",
        setting_checks.of_type(str),
    ),
    Setting(
        "NEWSLETTER_CONFIRM_DAYS",
        7,
        "Days for which the link that confirms a subscription holds.",
        setting_checks.whole_number(1, 60),
    ),
    Setting(
        "NEWSLETTER_CONFIRM_PAUSE",
        300,
        "Seconds in which one address gets no second mail to confirm the same list.",
        setting_checks.whole_number(0),
    ),
    Setting(
        "NEWSLETTER_CONFIRM_PER_DAY",
        4,
        "Mails to confirm that one address gets in a day, whoever asks and for whatever lists.",
        setting_checks.whole_number(1),
    ),
    Setting(
        "NEWSLETTER_PREFERENCES_DAYS",
        3,
        "Days for which the link to a subscriber's preferences holds that is mailed to who asks "
        "for it. The links in every mail, to ask for that one and to unsubscribe, always hold.",
        setting_checks.whole_number(1, 60),
    ),
    Setting(
        "NEWSLETTER_UNCONFIRMED_DAYS",
        30,
        "Days after which an address that nobody confirmed is deleted, with the mails to it; not "
        "before NEWSLETTER_CONFIRM_DAYS are over.",
        setting_checks.whole_number(1, 3650),
    ),
    Setting(
        "NEWSLETTER_TRIGGERS",
        [],
        "Dotted paths of a site's own triggers of follow-up rules "
        "(docs/extending/adding-a-trigger.md).",
        setting_checks.check_strings,
    ),
    # comments
    Setting(
        "COMMENTS_EMAIL",
        "optional",
        "Whether the comment form asks for an e-mail address: 'optional', 'required' or 'no'. "
        "Readers never see it; moderators do.",
        setting_checks.one_of("optional", "required", "no"),
    ),
    Setting(
        "COMMENTS_LENGTH",
        5000,
        "Longest comment, in characters.",
        setting_checks.whole_number(100, 20_000),
    ),
    Setting(
        "COMMENTS_SHOWN",
        20,
        "First-level comments shown at once; more of them by a link.",
        setting_checks.whole_number(1, 200),
    ),
    Setting(
        "COMMENTS_REPLIES_SHOWN",
        5,
        "Replies shown below one first-level comment; more of them by a link.",
        setting_checks.whole_number(1, 200),
    ),
    Setting(
        "COMMENTS_DEPTH",
        3,
        "Levels of replies that are indented; deeper ones say whom they answer.",
        setting_checks.whole_number(0, 6),
    ),
    Setting(
        "COMMENTS_SCORERS",
        [],
        "Dotted paths of a site's own spam scorers (docs/explanation/spam.md); one with the name "
        "of ours takes its place.",
        setting_checks.check_strings,
    ),
    Setting(
        "COMMENTS_SCORES",
        setting_defaults.SPAM_SCORE_BORDERS,
        "Points from which a comment has to pass a proof of work ('challenge'), waits for a "
        "moderator ('hold') and is put aside ('spam'). A site's own dictionary is merged over the "
        "default.",
        setting_checks.check_scores,
    ),
    Setting(
        "COMMENTS_ORIGIN_DAYS",
        30,
        "Days for which a comment keeps the keyed hash of the network address that it came from.",
        setting_checks.whole_number(1, 365),
    ),
    Setting(
        "COMMENTS_UNCONFIRMED_DAYS",
        30,
        "Days after which following that nobody confirmed is deleted, with the mails to it.",
        setting_checks.whole_number(1, 3650),
    ),
    Setting(
        "COMMENTS_PROOF_DAYS",
        3,
        "Days for which the link that proves an e-mail address holds; then a comment whose "
        "address nobody proved is deleted.",
        setting_checks.whole_number(1, 30),
    ),
    Setting(
        "COMMENTS_REVISION_DAYS",
        90,
        "Days for which the earlier texts of an edited comment, and refused edits, are kept.",
        setting_checks.whole_number(1, 3650),
    ),
    Setting(
        "COMMENTS_REFUSED_DAYS",
        180,
        "Days after which rejected comments and spam without replies are deleted; 0: never.",
        setting_checks.whole_number(0, 3650),
    ),
    Setting(
        "COMMENTS_AKISMET_KEY",
        "",
        "The site's own key of Akismet, which is then asked about each comment; empty: nobody "
        "outside is asked.",
        setting_checks.of_type(str),
    ),
    Setting(
        "WORDPRESS_MAPPING",
        "",
        "Dotted path of the site's PostMapping, which makes pages of the posts of an import "
        "(docs/how-to/moving-in.md); empty: none.",
        setting_checks.of_type(str),
    ),
    # readers
    Setting(
        "VISIT_DAYS",
        0,
        "Days for which the days of visits are kept, at least 182; older ones are counted for "
        "their readers and deleted (docs/explanation/loyalty.md). 0: they stay.",
        setting_checks.zero_or_whole_number(182, 36500),
    ),
    # loyalty
    Setting(
        "LOYALTY_HORIZON_WEEKS",
        4,
        "Weeks within which a return counts. Until editors decide under Settings, Loyalty.",
        setting_checks.whole_number(1, 52),
    ),
    Setting(
        "LOYALTY_TIERS",
        setting_defaults.TIER_BORDERS,
        "Borders of the tiers, see cx_feedback.loyalty.scoring.tier_rules.TierBorders; merged over "
        "the default. Until editors decide under Settings, Loyalty.",
        setting_checks.check_tier_borders,
    ),
    Setting(
        "LOYALTY_READERS_PER_TASK",
        0,
        "Readers whose tiers one Celery task moves; 0 moves all in the scoring's own transaction. "
        "For many millions: each task holds its readers' rows for a shorter time.",
        setting_checks.check_readers_per_task,
    ),
    Setting(
        "LOYALTY_LARGE_SITE",
        False,
        "Whether tiers are written by the places of rows and with planner settings of PostgreSQL: "
        "for more than a million readers (docs/benchmarks.md). The results are the same.",
        setting_checks.of_type(bool),
    ),
    # conversations
    *CONVERSATION_SETTINGS,
    # webhooks
    *WEBHOOK_SETTINGS,
)
