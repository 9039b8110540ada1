"""Threads, comments and what moderators decided."""

from typing import Any, ClassVar

import swapper
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cx_feedback.comments.cleaning import plain_words
from cx_feedback.comments.keys import LEVELS, WIDTH, KeyField


class State(models.TextChoices):
    """Where a comment stands. Readers see published ones only, and their own waiting ones."""

    PENDING = "pending", pgettext_lazy("comment", "Waiting")
    PUBLISHED = "published", pgettext_lazy("comment", "Published")
    REJECTED = "rejected", pgettext_lazy("comment", "Rejected")
    SPAM = "spam", pgettext_lazy("comment", "Spam")
    HIDDEN = "hidden", pgettext_lazy("comment", "Hidden")
    ERASED = "erased", pgettext_lazy("comment", "Erased")


class Markup(models.TextChoices):
    """How the raw words of a comment are to be read."""

    #: The marks of ``cleaning.render``: what readers type here.
    TEXT = "text", "Text"
    #: HTML, as other systems keep it; ``cleaning.render_html`` reads it.
    HTML = "html", "HTML"


class Thread(models.Model):
    """The conversation of one page. It goes with its page and survives moves and new slugs.

    A translation, a copy and an alias are pages of their own and have conversations of their own.
    """

    page = models.OneToOneField(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    closed = models.BooleanField(_("closed to new comments"), default=False)
    #: Counters, changed by F() in the transaction that changes what they count.
    published = models.PositiveIntegerField(_("published"), default=0, editable=False)
    waiting = models.PositiveIntegerField(_("waiting"), default=0, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        default_permissions = ()

    def __str__(self) -> str:
        return str(_("Conversation %d") % (self.pk or 0))


class CommentQuerySet(models.QuerySet["Comment"]):
    """Questions about comments."""

    def published(self) -> "CommentQuerySet":
        return self.filter(state=State.PUBLISHED)

    def visible(self) -> "CommentQuerySet":
        """Return what has a place in the thread: published ones, and those answered by one."""
        return self.filter(Q(state=State.PUBLISHED) | Q(replies__gt=0))


class Comment(models.Model):
    """What somebody wrote below a page, or below another comment.

    ``path`` orders a thread for reading (see ``keys``); ``root`` is empty for a first-level
    comment. The e-mail address is the one that was typed, unproved, and never public.

    ``source`` and ``external_id`` say where an imported comment came from (see ``imports``);
    both are empty for one that was written here. An imported comment has no reader, and its
    address proves nothing about who uses that address here.
    """

    thread = models.ForeignKey(
        Thread, on_delete=models.CASCADE, related_name="comments", db_index=False
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("in reply to"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="answers",
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
        verbose_name=_("reader"),
    )
    author_name = models.CharField(_("name"), max_length=80, blank=True)
    author_email = models.EmailField(_("e-mail"), blank=True, default="")
    text = models.TextField(_("text"), blank=True)
    markup = models.CharField(
        max_length=4, choices=Markup.choices, default=Markup.TEXT, editable=False
    )
    html = models.TextField(blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.PENDING
    )
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    #: The first time that it was published; None before.
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    idempotency_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    source = models.CharField(max_length=200, blank=True, default="", editable=False)
    external_id = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        permissions: ClassVar[list[Any]] = [("moderate_comment", _("Can moderate comments"))]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["path"], name="cx_comment_path"),
            models.UniqueConstraint(
                fields=["thread", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="cx_comment_once",
            ),
            # The id first: an import asks for many ids of one source.
            models.UniqueConstraint(
                fields=["external_id", "source"],
                condition=~Q(external_id=""),
                name="cx_comment_origin",
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
            models.Index(fields=["root", "path"], name="cx_comment_below"),
            models.Index(fields=["state", "-id"], name="cx_comment_queue"),
            models.Index(
                fields=["author_email"], condition=~Q(author_email=""), name="cx_comment_email"
            ),
        ]

    def __str__(self) -> str:
        # No name and no words: this goes into audit logs, which outlive an erasure.
        return str(_("Comment %d") % (self.pk or 0))

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def name(self) -> str:
        """The author's name; imported comments may have none."""
        return self.author_name or (gettext("Anonymous") if self.state != State.ERASED else "")

    @property
    def words(self) -> str:
        """The raw text without tags, for places that show its beginning."""
        return plain_words(self.text) if self.markup == Markup.HTML else self.text


class ModerationEvent(models.Model):
    """One decision on one comment. Append-only."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="events")
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("moderator"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    from_state = models.CharField(_("from"), max_length=12, choices=State.choices)
    to_state = models.CharField(_("to"), max_length=12, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Mention(models.Model):
    """A pingback or trackback: another site said that it links to this page.

    Apart from comments, since it is nobody's word in the conversation: no list, counter, feed or
    queue of comments can show one by mistake. Mentions come with an import only.
    """

    class Kind(models.TextChoices):
        PINGBACK = "pingback", _("Pingback")
        TRACKBACK = "trackback", _("Trackback")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="mentions")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    created_at = models.DateTimeField(_("written"))
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "external_id"], name="cx_mention_origin")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"


class ImportedPage(models.Model):
    """Which page a post of another system became, so that an import finds it again."""

    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=64)
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"), on_delete=models.CASCADE, related_name="+"
    )
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("imported page")
        verbose_name_plural = _("imported pages")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="cx_imported_page_origin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
