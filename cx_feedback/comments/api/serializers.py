"""Input and output of comments over REST. Output never includes an email address."""

from typing import Any

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer


class IsSetField(serializers.BooleanField):
    """True for a value, false for null."""

    def get_attribute(self, instance: Any) -> bool:
        return super().get_attribute(instance) is not None


class CommentSerializer(OutputSerializer):
    """The public fields of a comment."""

    # Of ``{"comment": …}``, with ``checking`` and ``edit`` for the author.
    id = serializers.IntegerField(source="comment.pk")
    key = serializers.CharField(source="comment.key")
    parent = serializers.IntegerField(source="comment.parent_id", allow_null=True)  # type: ignore[assignment]
    depth = serializers.IntegerField(source="comment.depth")
    name = serializers.CharField(source="comment.author_name")
    html = serializers.CharField(source="comment.html")
    state = serializers.CharField(source="comment.public_state")
    checking = serializers.BooleanField(
        required=False,
        help_text="For its author: whether the comment is still being checked for spam.",
    )
    language = serializers.CharField(source="comment.language")
    created_at = serializers.DateTimeField(source="comment.created_at")
    edited_at = serializers.DateTimeField(source="comment.edited_at", allow_null=True)
    edited_by_site = serializers.BooleanField(
        source="comment.edited_by_site",
        help_text="Whether a moderator has changed the text, for example removed a number.",
    )
    edit = serializers.CharField(
        required=False,
        help_text="For its author: HTML of an edit that waits while the earlier text stays public.",
    )
    replies = serializers.IntegerField(source="comment.replies")
    up = serializers.IntegerField(source="comment.up")
    down = serializers.IntegerField(source="comment.down")
    reactions = serializers.DictField(
        source="comment.reaction_counts",
        child=serializers.IntegerField(),
        help_text="The count of each reaction. A plain vote for the comment is a “like”.",
    )
    by_staff = serializers.BooleanField(source="comment.by_staff")
    picked = serializers.BooleanField(source="comment.picked")
    pinned = IsSetField(source="comment.pinned_at", read_only=True)


class OwnCommentSerializer(OutputSerializer):
    """A comment that the reader can still edit or delete."""

    id = serializers.IntegerField(source="comment.pk")
    until = serializers.DateTimeField()


class TallySerializer(OutputSerializer):
    """The votes and reactions of a comment. ``mine`` is the reader's own vote."""

    up = serializers.IntegerField()
    down = serializers.IntegerField()
    mine = serializers.IntegerField()
    reactions = serializers.DictField(child=serializers.IntegerField(), required=False)
    reaction = serializers.CharField(required=False)


class RefusalSerializer(OutputSerializer):
    """A decision with its reason, told to the author of the comment alone."""

    comment = CommentSerializer(source="*")
    decision = serializers.IntegerField(
        source="event.pk", help_text="The number of the decision, to object to it."
    )
    said = serializers.CharField(help_text="What was done to the comment, in words.")
    reason = serializers.CharField(
        allow_blank=True, help_text="Empty where the site has edited the text without a reason."
    )
    edit = serializers.CharField(
        allow_blank=True,
        help_text="HTML of the reader's text that others don't see: a refused edit, or what the "
        "site has edited. Empty for a decision about the whole comment.",
    )
    decided_at = serializers.DateTimeField(source="event.created_at")
    url = serializers.CharField(source="path", help_text="The page with the form to object.")
    objection = serializers.CharField(
        source="objection_state",
        allow_blank=True,
        help_text="“open”, “upheld” or “dismissed”; empty without an objection.",
    )
    may_object = serializers.BooleanField()


class CommentListSerializer(OutputSerializer):
    """A part of the comments of a page. ``next`` is the ``after`` cursor of the next part.

    With ``only=mine`` there are only ``page`` and the reader's own data; with
    ``only=news`` only ``page``, ``published``, ``closed`` and ``version``.
    """

    page = serializers.IntegerField()
    published = serializers.IntegerField(required=False)
    closed = serializers.BooleanField(required=False)
    comments = CommentSerializer(many=True, required=False)
    next = serializers.CharField(required=False, allow_null=True)
    version = serializers.IntegerField(required=False)
    mine = CommentSerializer(many=True, required=False)
    edits = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="HTML of the reader's own edits that wait for a moderator, by comment.",
    )
    own = OwnCommentSerializer(many=True, required=False)
    refused = RefusalSerializer(many=True, required=False)
    votes = serializers.DictField(child=serializers.IntegerField(), required=False)
    reactions = serializers.DictField(child=serializers.CharField(), required=False)
    tallies = serializers.DictField(
        child=TallySerializer(),
        required=False,
        help_text="Tallies to show this reader instead of the page's, by comment.",
    )
    account = serializers.CharField(
        required=False,
        help_text="The name of the account that is logged in, empty if it has none.",
    )


class CommentCountsSerializer(OutputSerializer):
    """The number of published comments of each page that everybody may see, by page ID."""

    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Without pages that don't exist, aren't public or belong to another site.",
    )
