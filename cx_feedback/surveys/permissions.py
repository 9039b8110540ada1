"""Who may see what was answered: rights of their own, apart from those to edit surveys or pages.

To edit surveys and NPS widgets is a matter of Django's rights (add, change, delete, publish);
none of them shows an answer. A superuser may do everything.
"""

from typing import Any

RESULTS, TEXTS, EXPORT = (
    f"cx_feedback_surveys.{name}" for name in ("view_results", "view_texts", "export_responses")
)


def may_see_results(user: Any) -> bool:
    """Return whether ``user`` may see the counts and scores of any survey or NPS widget."""
    return user is not None and bool(user.has_perm(RESULTS))


def may_see_texts(user: Any) -> bool:
    """Return whether ``user`` may read what readers wrote: texts and e-mail addresses.

    It does not open the results of a survey by itself; it adds the texts to what else a user may
    see, the results of an own page for example.
    """
    return user is not None and bool(user.has_perm(TEXTS))


def may_export(user: Any) -> bool:
    """Return whether ``user`` may take responses out as a file.

    Who may not see results may not export them. Texts and e-mail addresses are in the file only
    where ``may_see_texts`` says so too.
    """
    return may_see_results(user) and bool(user.has_perm(EXPORT))


def may_see_page_results(user: Any, page: Any) -> bool:
    """Return whether ``user`` may see the counts and scores of what readers of ``page`` answered.

    That is who may see all results, and who may edit this page.
    """
    if may_see_results(user):
        return True
    return (
        user is not None
        and bool(user.has_perm("wagtailadmin.access_admin"))
        and bool(page.permissions_for_user(user).can_edit())
    )
