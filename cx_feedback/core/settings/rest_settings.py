"""The keys of ``CX_FEEDBACK`` about requests: rates, origins, sizes and authentication."""

from cx_feedback.core.settings import setting_checks, setting_defaults
from cx_feedback.core.settings.setting import Setting

REST_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "RATES",
        setting_defaults.RATES,
        "How often one address may write, by scope; None switches a scope off. Above 'comment' "
        "(of one address) and 'burst' (guests' comments on the whole site) comments get points "
        "for spam, above 'doubtful' (guests' doubtful ones on the whole site) a solved proof of "
        "work is not enough, see docs/explanation/spam.md; above 'proof' (on the whole site) no "
        "more mails to prove an address go out; above 'signup' or 'letter' (of one address) a "
        "browser that subscribes or writes to the editors has to do a proof of work. 'fetch' is of "
        "programs that read responses, 'decision' of moderators' programs, 'token' of a token "
        "without a rate of its own, 'unauthorized' of requests with a wrong one. A "
        "site's own dictionary is merged over the default.",
        setting_checks.check_rates,
    ),
    Setting(
        "TRUSTED_ORIGINS",
        [],
        "Other origins (scheme://host[:port]) whose pages may call the REST endpoints and write, a "
        "headless front end say (docs/reference/rest.md). They may do what pages of the site may.",
        setting_checks.check_origins,
    ),
    Setting(
        "MAX_BODY",
        262_144,
        "Largest body of a write, in bytes; a larger one is answered with 413.",
        setting_checks.whole_number(1024),
    ),
    Setting(
        "AUTHENTICATION_CLASSES",
        [],
        "Dotted paths of Django REST framework's authentication classes by which programs may "
        "identify themselves at our endpoints, beside the session and tokens.",
        setting_checks.check_strings,
    ),
)
