"""The names that guests may not take: of the staff, of the article's author and of the site.

Two names are the same if their skeletons are: without case, accents, invisible characters, spaces
and signs, and with letters of other scripts replaced by the Latin ones that they look like.
"""

import unicodedata
from collections.abc import Iterable

import swapper
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from cx_feedback.comments.permissions import get_staff_accounts
from cx_feedback.comments.submission.author_key import get_author_keys
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.pages.sites import get_site_id_at_path
from cx_feedback.core.people.account_names import public_name
from cx_feedback.core.text.text_folding import fold_text, normalize_text

#: Seconds for which the names of a page are cached.
KEEP = 60
#: Accounts whose names are read, so that a site of many editors stays quick.
MOST_ACCOUNTS = 2_000
#: Letters from which on a name is also found within a longer one ("Ana García, editor").
WITHIN = 8
_ALIKE = str.maketrans("01|!i35$4@", "ollllessaa")


def find_imitated_name(name: str, page_id: int) -> str:
    """Return the protected name that ``name`` looks like on this page, "" for none."""
    skeleton = get_skeleton(name)
    if not skeleton:
        return ""
    names = _get_protected_names(page_id)
    if skeleton in names:
        return names[skeleton]
    return next((n for key, n in names.items() if len(key) >= WITHIN and key in skeleton), "")


def is_articles_author(author_key: str, page_id: int) -> bool:
    """Return whether a comment's author is the account that owns the page."""
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk=page_id)
    owner = pages.values_list("owner", flat=True).first()
    return owner is not None and author_key in get_author_keys(user_id=owner)


def get_skeleton(name: str) -> str:
    """Return what ``name`` looks like, in Latin letters where it is possible."""
    parted = _part_letters(name)
    if not parted.isascii():
        # "В" looks like a Latin letter, "в" does not, and the other way round with others.
        parted = _replace_confusables(_part_letters(_replace_confusables(name)))
    seen = parted.translate(_ALIKE).replace("rn", "m")
    return "".join(c for c in seen if c.isalnum())


def _part_letters(text: str) -> str:
    """Return ``text`` folded, without any marks on letters."""
    parted = normalize_text("NFD", fold_text(text))
    return "".join(c for c in parted if not unicodedata.combining(c))


def _replace_confusables(text: str) -> str:
    """Replace letters that look like Latin ones, of whatever script they are."""
    from confusable_homoglyphs import confusables

    found = confusables.is_confusable(text, greedy=True, preferred_aliases=["latin"]) or []
    latin = {}
    for each in found:
        alike = (g["c"] for g in each["homoglyphs"] if g["c"].isascii() and g["c"].isalpha())
        latin[ord(each["character"])] = next(alike, each["character"]).lower()
    return text.translate(latin)


def _get_protected_names(page_id: int) -> dict[str, str]:
    """Return names by skeleton, usually from the cache."""
    key = f"cx:comments:names:{page_id}"
    names: dict[str, str] | None = cache.get(key)
    if names is None:
        names = {get_skeleton(name): name for name in _load_names(page_id)}
        names.pop("", None)
        cache.set(key, names, KEEP)
    return names


def _load_names(page_id: int) -> Iterable[str]:
    """Yield the public names, with three or four queries."""
    yield from _get_role_names()
    pages = swapper.load_model("wagtailcore", "Page").objects.select_related("owner")
    page = pages.filter(pk=page_id).only("url_path", "owner").first()
    if page is not None:
        site = Site.objects.filter(pk=get_site_id_at_path(page.url_path)).first()
        yield site.site_name if site else ""
        yield public_name(page.owner) if page.owner else ""
    yield from map(public_name, get_staff_accounts()[:MOST_ACCOUNTS])


def _get_role_names() -> Iterable[str]:
    """Yield what the staff is called, in every language of the site."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from _("staff, moderator, administrator, editor, editorial team").split(",")
    yield from ("admin", "webmaster")
