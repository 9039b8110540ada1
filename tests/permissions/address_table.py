"""All addresses of the admin and of REST with the permissions that open them.

A rule names codenames: "a + b" needs both, "a | b" one of them. Two words are none: STAFF is
whoever may use the admin, and SUPERUSER is no permission at all. ``moderate_comment`` stands for
a section of moderators too, unless the rule says EVERYWHERE.
"""

STAFF, SUPERUSER, EVERYWHERE = "STAFF", "SUPERUSER", "EVERYWHERE"
MODERATE, MODERATE_EVERYWHERE = "moderate_comment", f"moderate_comment + {EVERYWHERE}"
#: REST: for everybody, as the reader whom a cookie names, and for the reader who wrote it.
EVERYBODY, OWN_READER = "EVERYBODY", "OWN_READER"


def any_of(model: str, *actions: str) -> str:
    """Return the rule for those who may do one of ``actions`` to ``model``."""
    return " | ".join(f"{action}_{model}" for action in actions)


#: Who may look at webhooks, in the admin and over REST.
WEBHOOKS = any_of("endpoint", "add", "change", "delete", "view")


def model_screens(model: str) -> dict[str, str]:
    """Return the screens of a ``ModelViewSet``."""
    listed, kept = (
        any_of(model, "add", "change", "delete", "view"),
        any_of(model, "add", "change", "delete"),
    )
    return {
        "index": listed,
        "index_results": listed,
        "add": f"add_{model}",
        "edit": f"change_{model}",
        "delete": f"delete_{model}",
        "history": kept,
        "history_results": kept,
        "usage": f"change_{model}",
    }


def snippet_screens(model: str, *, seen_by: tuple[str, ...] = (), **more: str) -> dict[str, str]:
    """Return the screens of a ``SnippetViewSet``; one of ``seen_by`` allows to view it too."""
    screens = model_screens(model)
    listed = screens.pop("index")
    del screens["index_results"]
    viewers = [f"change_{model}", f"view_{model}", *seen_by]
    listed = " | ".join([listed, *seen_by])
    copied = " | ".join(f"add_{model} + {viewer}" for viewer in viewers)
    return {**screens, "list": listed, "list_results": listed, "copy": copied, **more}


def preview_screens(model: str) -> dict[str, str]:
    """Return the further screens of a snippet that can be previewed."""
    return {"preview_on_add": f"add_{model}", "preview_on_edit": f"change_{model}"}


def live_screens(model: str) -> dict[str, str]:
    """Return the further screens of a snippet that can be published, locked and previewed."""
    return {
        "lock": f"lock_{model}",
        "unlock": f"unlock_{model}",
        "unpublish": f"publish_{model}",
        **preview_screens(model),
    }


#: The screens of single responses, of surveys and NPS widgets.
RESPONSE_SCREENS = {
    "results_responses": "view_responses",
    "results_response": "view_responses",
    "results_responses_mark": "view_responses + change_response",
    "results_responses_tag": "view_responses + change_response",
    "results_response_notes": "view_responses + change_response",
    "results_responses_delete": "view_responses + delete_response",
}


def chooser_screens(model: str, seen_by: str) -> dict[str, str]:
    """Return the screens of a chooser of snippets."""
    screens = ("choose", "choose_results", "chosen", "chosen_multiple")
    return {**dict.fromkeys(screens, seen_by), "create": f"add_{model}"}


LEDGER = ("index", "index_results", "inspect")

#: URL namespace to URL name to rule.
ADMIN: dict[str, dict[str, str]] = {
    "cx_comments": {
        **dict.fromkeys(
            (
                "reply",
                "edit",
                "delete",
                "ban",
                "bans",
                "bans_results",
                "comment",
                "news",
                "rows",
                "decide",
                "lift_ban",
                "objection",
                "log",
                "log_results",
                "queue",
                "queue_results",
                "question",
                "reject",
                "refuse_edit",
                "thread_closing",
                "undo",
                "performance",
                "transparency",
                "spam",
            ),
            MODERATE,
        ),
        "imports": MODERATE_EVERYWHERE,
        "notes": f"{MODERATE} + add_authornote",
    },
    "cx_comment_policies": model_screens("policy"),
    "cx_comment_replies": model_screens("savedreply"),
    # Whoever may delete sections takes none away that they may not give.
    "cx_comment_sections": {
        **model_screens("section"),
        "delete": f"delete_section + {MODERATE_EVERYWHERE}",
    },
    "cx_surveys": {"page": "view_results"},
    "wagtailsnippets_cx_feedback_surveys_survey": snippet_screens(
        "survey",
        seen_by=("view_results", "view_responses"),
        **live_screens("survey"),
        library="add_survey",
        library_preview="add_survey",
        library_use="add_survey",
        restore="change_survey",
        link="change_survey",
        link_qr="change_survey",
        **RESPONSE_SCREENS,
        results="view_results",
        results_compare="view_results",
        results_crosstab="view_results",
        results_pages="view_results",
        results_partials="view_results",
        results_partials_download="view_results + export_responses",
        results_texts="view_results + view_texts",
        results_exports="view_results + export_responses",
        results_download="view_results + export_responses",
        results_codebook="view_results + export_responses",
    ),
    "wagtailsnippets_cx_feedback_nps_npswidget": snippet_screens(
        "npswidget",
        seen_by=("view_results", "view_responses"),
        **live_screens("npswidget"),
        **RESPONSE_SCREENS,
        results="view_results",
        link="change_npswidget",
        link_qr="change_npswidget",
    ),
    "cx_loyalty": {
        **dict.fromkeys(
            (
                "attitudes",
                "check",
                "experiments",
                "overview",
                "readers",
                "readers_results",
                "returns",
            ),
            "view_loyalty",
        ),
        "reader": "view_loyalty + view_reader",
        "leave": "view_loyalty + view_reader",
    },
    "wagtailsnippets_cx_feedback_newsletter_mailinglist": snippet_screens("mailinglist"),
    "wagtailsnippets_cx_feedback_newsletter_digest": snippet_screens("digest"),
    "wagtailsnippets_cx_feedback_newsletter_issue": snippet_screens(
        "issue", **preview_screens("issue"), send="change_issue"
    ),
    "wagtailsnippets_cx_feedback_newsletter_followuprule": snippet_screens(
        "followuprule",
        **preview_screens("followuprule"),
        dry_run="change_followuprule",
        starters="add_followuprule",
    ),
    "cx_subscriptions": {
        **dict.fromkeys(LEDGER, any_of("subscription", "change", "view")),
        "end": "change_subscription",
        "imports": "import_subscription",
        "import": "import_subscription",
    },
    "cx_deliveries": {
        **dict.fromkeys((*LEDGER, "mailing", "mailings"), any_of("delivery", "change", "view")),
        "again": "change_delivery",
    },
    "cx_suppressions": {
        name: rule
        for name, rule in model_screens("suppression").items()
        if name in ("index", "index_results", "add", "delete")
    },
    "cx_rate_limits": model_screens("ratelimit"),
    "cx_health": {"health": "view_health"},
    "cx_privacy": {"person": "manage_personal_data", "retention": "manage_personal_data"},
    "cx_tokens": {
        name: rule
        for name, rule in model_screens("token").items()
        if name in ("index", "index_results", "add", "edit", "delete")
    },
    **{
        namespace: {name: rule for name, rule in model_screens(model).items() if name != "usage"}
        for namespace, model in (
            ("cx_promises", "promise"),
            ("cx_calendars", "calendar"),
            ("cx_conversation_rules", "conversationrule"),
            ("cx_assignment_rules", "assignmentrule"),
        )
    },
    "cx_conversations": dict.fromkeys(
        ("inbox", "bulk", "presence", "promise_report", "effects", "conversation"),
        "answer_conversation",
    ),
    "cx_absences": {
        "index": f"{any_of('absence', 'add', 'change', 'delete', 'view')} | answer_conversation",
        "index_results": f"{any_of('absence', 'add', 'change', 'delete', 'view')} | "
        "answer_conversation",
        "add": "add_absence | answer_conversation",
        # Of another account.
        "edit": "change_absence",
        "delete": "delete_absence",
    },
    "cx_conversation_answers": model_screens("savedanswer"),
    "cx_conversation_sections": {
        **model_screens("conversationsection"),
        "delete": "delete_conversationsection + answer_conversation",
    },
    "cx_webhooks": {
        **{
            name: rule
            for name, rule in model_screens("endpoint").items()
            if name in ("index", "index_results", "add", "edit", "delete")
        },
        "log": WEBHOOKS,
    },
    # Everybody in the admin chooses what can stand on a page; the rest is not for all eyes.
    **{
        f"wagtailsnippetchoosers_cx_feedback_{model}": chooser_screens(
            model.partition("_")[2], STAFF
        )
        for model in ("newsletter_mailinglist", "nps_npswidget", "surveys_survey")
    },
    **{
        f"wagtailsnippetchoosers_cx_feedback_newsletter_{model}": chooser_screens(
            model, any_of(model, "add", "change", "delete", "view")
        )
        for model in ("digest", "followuprule", "issue")
    },
}

#: URL name to HTTP method to rule.
REST: dict[str, dict[str, str]] = {
    "api-schema": {"get": EVERYBODY},
    "api-surveys": {"get": EVERYBODY},
    "api-survey": {"get": EVERYBODY},
    "api-survey-responses": {"get": "fetch_responses", "post": EVERYBODY},
    "api-survey-partials": {"post": EVERYBODY},
    "api-survey-starts": {"post": EVERYBODY},
    "api-survey-poll": {"get": EVERYBODY},
    "api-survey-results": {"get": "view_results"},
    "api-survey-pages": {"get": "view_results"},
    "api-survey-crosstab": {"get": "view_results"},
    "api-survey-trend": {"get": "view_results"},
    "api-survey-periods": {"get": "view_results"},
    "api-nps": {"get": EVERYBODY},
    "api-nps-responses": {"get": "fetch_responses", "post": EVERYBODY},
    "api-nps-partials": {"post": EVERYBODY},
    "api-nps-starts": {"post": EVERYBODY},
    "api-nps-results": {"get": "view_results"},
    "api-comments": {"get": EVERYBODY, "post": EVERYBODY},
    "api-comment": {"get": EVERYBODY, "patch": OWN_READER, "delete": OWN_READER},
    "api-comment-votes": {"post": EVERYBODY, "delete": EVERYBODY},
    "api-comment-flags": {"post": EVERYBODY},
    "api-comment-decisions": {"get": MODERATE, "post": MODERATE},
    "api-comments-undo": {"post": MODERATE},
    "api-comments-objections": {"get": MODERATE},
    "api-comments-objection": {"get": MODERATE, "post": MODERATE},
    "api-comment-objections": {"get": OWN_READER, "post": OWN_READER},
    "api-comments-counts": {"get": EVERYBODY},
    "api-comments-follows": {"post": EVERYBODY},
    "api-conversations": {"get": "answer_conversation", "post": EVERYBODY},
    "api-conversation-own": {"post": EVERYBODY},
    "api-conversation": {"get": "answer_conversation"},
    **{
        f"api-conversation-{name}": {"post": "answer_conversation"}
        for name in (
            "answers",
            "notes",
            "assign",
            "snooze",
            "close",
            "reopen",
            "tags",
            "merge",
        )
    },
    "api-guides": {"post": EVERYBODY},
    "api-subscriptions": {"post": EVERYBODY},
    "api-visits": {"post": EVERYBODY},
    "api-me": {"get": EVERYBODY, "patch": EVERYBODY, "delete": EVERYBODY},
    "api-webhooks": {"get": WEBHOOKS, "post": "add_endpoint"},
    "api-webhook": {"get": WEBHOOKS, "patch": "change_endpoint", "delete": "delete_endpoint"},
    "api-webhook-secrets": {"post": "change_endpoint", "delete": "change_endpoint"},
    "api-webhook-tests": {"post": "change_endpoint"},
    "api-webhook-deliveries": {"get": WEBHOOKS},
    "api-webhook-delivery": {"get": WEBHOOKS},
    "api-webhook-resend": {"post": "change_endpoint"},
    "api-loyalty": {"get": "view_loyalty"},
    "api-loyalty-tiers": {"get": "view_loyalty"},
    "api-loyalty-returns": {"get": "view_loyalty"},
    "api-loyalty-cohorts": {"get": "view_loyalty"},
    "api-loyalty-attitudes": {"get": "view_loyalty"},
    "api-loyalty-causes": {"get": "view_loyalty"},
    "api-loyalty-experiments": {"get": "view_loyalty"},
    "api-loyalty-scores": {"get": "view_loyalty + view_reader"},
    "api-loyalty-readers": {"get": "view_loyalty + view_reader"},
    "api-loyalty-reader": {"get": "view_loyalty + view_reader"},
}


def get_alternatives(rule: str) -> list[set[str]]:
    """Return the sets of codenames each of which satisfies ``rule``; none for STAFF."""
    return [
        {part.strip() for part in alternative.split("+")} - {STAFF, EVERYWHERE}
        for alternative in rule.split("|")
    ]


def is_satisfied(rule: str, held: set[str]) -> bool:
    """Return whether an account that may use the admin and holds ``held`` satisfies ``rule``.

    An account holds EVERYWHERE that moderates by more than sections.
    """
    return SUPERUSER in held or any(
        {part.strip() for part in alternative.split("+")} - {STAFF} <= held
        for alternative in rule.split("|")
    )
