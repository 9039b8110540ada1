"""Threads and comments."""

from typing import Any, ClassVar

import swapper
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from cx_feedback.comments.models.search_text import SearchTextField
from cx_feedback.comments.models.states import NAME_LENGTH, Markup, State
from cx_feedback.comments.models.thread_paths import LEVELS, WIDTH, KeyField
from cx_feedback.comments.rendering import reactions
from cx_feedback.core.database.fast_insert import allow_fast_inserts
from cx_feedback.core.text.text_cleaning import html_to_text


class Thread(models.Model):
    """The comments of one page. It is deleted with its page and survives moves and new slugs.

    Translations, copies and aliases are pages with threads of their own.
    """

    page = models.OneToOneField(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=pgettext_lazy("comment", "page"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    #: Closed by hand; policies may close it as well (see ``moderation.Policy``).
    closed = models.BooleanField(_("closed to new comments"), default=False)
    #: Counter, changed by F() in the transaction that changes what it counts. Waiting comments
    #: have no counter, since all who comment on a page would wait for its row.
    published = models.PositiveIntegerField(
        pgettext_lazy("comment", "published"), default=0, editable=False
    )
    #: Increased by ``counters.touch_threads`` with every visible change; part of cache keys.
    version = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(
        pgettext_lazy("comment", "begun"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("comment", "thread")
        verbose_name_plural = pgettext_lazy("comment", "threads")
        default_permissions = ()

    def __str__(self) -> str:
        return str(pgettext_lazy("comment", "Thread %d") % (self.pk or 0))

    @property
    def waiting(self) -> int:
        """The number of comments that wait for a moderator. Makes a query."""
        return self.comments.filter(state=State.PENDING).count()


def get_unread_condition() -> Q:
    """Return the condition of comments published by a rule and not reviewed, as in their index."""
    return Q(state=State.PUBLISHED, decided_at__isnull=True, by_staff=False, source="")


class CommentQuerySet(models.QuerySet["Comment"]):
    """Filters for comments."""

    def published(self) -> "CommentQuerySet":
        return self.filter(state=State.PUBLISHED)

    def visible(self) -> "CommentQuerySet":
        """Return the comments with a place in the thread: published, or with published replies."""
        return self.filter(Q(state=State.PUBLISHED) | Q(replies__gt=0))

    def unread(self) -> "CommentQuerySet":
        """Return the comments that a rule published and no moderator has reviewed."""
        return self.filter(get_unread_condition())


@allow_fast_inserts
class Comment(models.Model):
    """A comment on a page, or a reply to another comment.

    ``path`` orders a thread for reading (see ``models.thread_paths``). ``root`` is empty for a
    first-level comment. ``author_email`` is the address as it was typed. It may be unverified and
    is never public.

    ``source`` and ``external_id`` identify an imported comment (see ``imports``) and are empty for
    one that was written here. An imported comment has no reader, and its address is not verified.
    """

    thread = models.ForeignKey(
        Thread, on_delete=models.CASCADE, related_name="comments", db_index=False
    )
    # No index: SQLite would use it for all first-level comments and then sort them.
    parent = models.ForeignKey(
        "self",
        verbose_name=pgettext_lazy("comment", "in reply to"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="answers",
        db_index=False,
    )
    root = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        editable=False,
    )
    key = KeyField(max_length=WIDTH, editable=False)
    path = KeyField(max_length=WIDTH * LEVELS, editable=False)
    depth = models.PositiveIntegerField(default=0, editable=False)
    #: Published comments below this one, by path.
    replies = models.PositiveIntegerField(default=0, editable=False)
    reader = models.ForeignKey(
        "cx_feedback_readers.Reader",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=pgettext_lazy("comment", "reader"),
    )
    #: The site's account that wrote it, if one was logged in.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("comment", "account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    #: Keyed hash of the author: of the account, else of the address, "" without either. Records,
    #: bans and policies use it; ``verified`` says whether it can be trusted.
    author_key = models.CharField(max_length=32, blank=True, default="", editable=False)
    verified = models.BooleanField(
        pgettext_lazy("comment", "address verified"), default=False, editable=False
    )
    #: Keyed hash of the network address, cleared after COMMENTS_ORIGIN_DAYS.
    client_hash = models.CharField(max_length=32, blank=True, default="", editable=False)
    by_staff = models.BooleanField(_("by the site's staff"), default=False, editable=False)
    author_name = models.CharField(
        pgettext_lazy("comment", "name"), max_length=NAME_LENGTH, blank=True
    )
    author_email = models.EmailField(pgettext_lazy("comment", "email"), blank=True, default="")
    text = models.TextField(pgettext_lazy("comment", "text"), blank=True)
    markup = models.CharField(
        max_length=4, choices=Markup.choices, default=Markup.TEXT, editable=False
    )
    html = models.TextField(blank=True, editable=False)
    #: Name, address and text as moderators search them (see ``models.search_text``).
    search_text = SearchTextField(blank=True, default="", editable=False)
    #: The number of the revision whose text this row has (see ``models.revisions``).
    revision = models.PositiveIntegerField(default=1, editable=False)
    #: The number of the author's edit that waits for a moderator, while this text stays public.
    proposed = models.PositiveIntegerField(null=True, editable=False)
    edited_by_site = models.BooleanField(_("edited by the site"), default=False, editable=False)
    state = models.CharField(
        pgettext_lazy("comment", "state"),
        max_length=12,
        choices=State.choices,
        default=State.PENDING,
    )
    language = models.CharField(
        pgettext_lazy("comment", "language"), max_length=12, blank=True, default=""
    )
    created_at = models.DateTimeField(
        pgettext_lazy("comment", "written"), default=timezone.now, editable=False
    )
    decided_at = models.DateTimeField(
        pgettext_lazy("comment", "decided at"), null=True, editable=False
    )
    #: The first time that the comment was published, None before.
    published_at = models.DateTimeField(
        pgettext_lazy("comment", "published at"), null=True, editable=False
    )
    edited_at = models.DateTimeField(pgettext_lazy("comment", "edited"), null=True, editable=False)
    pinned_at = models.DateTimeField(pgettext_lazy("comment", "pinned"), null=True, editable=False)
    picked = models.BooleanField(
        pgettext_lazy("comment", "editor's pick"), default=False, editable=False
    )
    #: Counters, changed by F() in the transaction that changes what they count.
    up = models.PositiveIntegerField(
        pgettext_lazy("comment", "votes for"), default=0, editable=False
    )
    down = models.PositiveIntegerField(
        pgettext_lazy("comment", "votes against"), default=0, editable=False
    )
    #: Counts of the named reactions among ``up`` (see ``rendering.reactions``).
    reactions = models.JSONField(default=dict, blank=True, editable=False)
    flags = models.PositiveIntegerField(
        pgettext_lazy("comment", "open reports"), default=0, editable=False
    )
    #: Whether an objection of the author waits for a moderator (see ``models.objections``).
    objected = models.BooleanField(
        pgettext_lazy("comment", "objection"), default=False, editable=False
    )
    #: For "best first": the lower bound of the share of votes for it (Wilson), 0 to 1.
    rank = models.FloatField(default=0, editable=False)
    #: Findings of the scorers as stored by ``comments.spam``, and their sum; None if not scored.
    spam_findings = models.JSONField(default=list, blank=True, editable=False)
    spam_score = models.FloatField(null=True, editable=False)
    #: By these waiting texts that are alike are found (see ``services.text_shingles``).
    shingle_first = models.BigIntegerField(null=True, editable=False)
    shingle_second = models.BigIntegerField(null=True, editable=False)
    #: Whether the findings reach the border of spam: it waits behind all others.
    suspected = models.BooleanField(
        pgettext_lazy("comment", "suspected spam"), default=False, editable=False
    )
    #: Whether the emails to followers have been queued; a task finds the others.
    followers_notified = models.BooleanField(default=False, editable=False)
    idempotency_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    source = models.CharField(max_length=200, blank=True, default="", editable=False)
    external_id = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("comment", "comment")
        verbose_name_plural = pgettext_lazy("comment", "comments")
        default_permissions = ()
        permissions: ClassVar[list[Any]] = [
            ("moderate_comment", pgettext_lazy("comment", "Can moderate comments"))
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["path"], name="cx_comment_path"),
            models.UniqueConstraint(
                fields=["thread", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="cx_comment_once",
            ),
            # external_id first: an import looks up many IDs of one source.
            models.UniqueConstraint(
                fields=["external_id", "source"],
                condition=~Q(external_id=""),
                name="cx_comment_source",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, root__isnull=True, depth=0)
                | Q(parent__isnull=False, root__isnull=False, depth__gte=1),
                name="cx_comment_shape",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["thread", "key"], name="cx_comment_thread"),
            models.Index(
                fields=["thread", "key"],
                condition=Q(parent__isnull=True),
                name="cx_comment_roots",
            ),
            models.Index(
                fields=["parent"], condition=Q(parent__isnull=False), name="cx_comment_answers"
            ),
            models.Index(fields=["root", "path"], name="cx_comment_below"),
            models.Index(fields=["state", "-id"], name="cx_comment_queue"),
            models.Index(
                fields=["suspected", "id"], condition=Q(state="pending"), name="cx_comment_pending"
            ),
            models.Index(fields=["id"], condition=get_unread_condition(), name="cx_comment_unread"),
            models.Index(fields=["id"], condition=Q(flags__gt=0), name="cx_comment_flagged"),
            models.Index(
                fields=["id"], condition=Q(proposed__isnull=False), name="cx_comment_proposed"
            ),
            models.Index(fields=["id"], condition=Q(objected=True), name="cx_comment_objected"),
            models.Index(fields=["id"], condition=Q(search_text=""), name="cx_comment_unsearched"),
            models.Index(
                fields=["shingle_first", "state"],
                condition=Q(shingle_first__isnull=False),
                name="cx_comment_alike_first",
            ),
            models.Index(
                fields=["shingle_second", "state"],
                condition=Q(shingle_second__isnull=False),
                name="cx_comment_alike_second",
            ),
            models.Index(
                fields=["thread", "-rank", "-key"],
                condition=Q(parent__isnull=True),
                name="cx_comment_best",
            ),
            models.Index(
                fields=["thread"],
                condition=Q(parent__isnull=True) & (Q(pinned_at__isnull=False) | Q(picked=True)),
                name="cx_comment_raised",
            ),
            models.Index(
                fields=["published_at"],
                condition=Q(followers_notified=False, state="published", source=""),
                name="cx_comment_unnotified",
            ),
            models.Index(
                fields=["author_key", "state"],
                condition=~Q(author_key=""),
                name="cx_comment_author",
            ),
            models.Index(
                fields=["created_at"],
                condition=~Q(client_hash=""),
                name="cx_comment_client_hash",
            ),
            models.Index(
                fields=["author_email"], condition=~Q(author_email=""), name="cx_comment_email"
            ),
        ]

    def __str__(self) -> str:
        # No name and no text, because audit logs are kept after an erasure.
        return str(pgettext_lazy("comment", "Comment %d") % (self.pk or 0))

    @property
    def public_state(self) -> str:
        """The state shown to the author. Authors of spam are not told that it was recognized."""
        return State.PENDING if self.state == State.SPAM else self.state

    @property
    def latest_revision(self) -> int:
        """The number of the last text that the author or the site wrote."""
        return self.proposed or self.revision

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def name(self) -> str:
        """The author's name; imported comments may have none."""
        return self.author_name or (
            pgettext("comment", "Anonymous") if self.state != State.ERASED else ""
        )

    @property
    def reaction_counts(self) -> dict[str, int]:
        """The count of each reaction. A plain vote for the comment is one too."""
        return reactions.count_reactions(self.up, self.reactions)

    @property
    def plain_text(self) -> str:
        """The raw text without HTML tags. Marks and line ends are kept."""
        return html_to_text(self.text) if self.markup == Markup.HTML else self.text

    @property
    def visible_text(self) -> str:
        """The text as readers see it, on one line, for excerpts."""
        return html_to_text(self.html)
