"""Input and output of comments over REST. Output never includes an email address."""

from typing import Any

from rest_framework import serializers

from cx_feedback.comments.models import Flag
from cx_feedback.comments.rendering.reactions import REACTIONS


# For OpenAPI: the responses are made by ``comment_json``, and a test compares the two.
class CommentSerializer(serializers.Serializer[Any]):
    """The public fields of a comment."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    depth = serializers.IntegerField()
    name = serializers.CharField(source="author_name")
    html = serializers.CharField()
    state = serializers.CharField(source="public_state")
    checking = serializers.BooleanField(
        required=False,
        help_text="For its author: whether the comment is still being checked for spam.",
    )
    language = serializers.CharField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    edited_by_site = serializers.BooleanField(
        help_text="Whether a moderator has changed the text, for example removed a number."
    )
    edit = serializers.CharField(
        required=False,
        help_text="For its author: HTML of an edit that waits while the earlier text stays public.",
    )
    replies = serializers.IntegerField()
    up = serializers.IntegerField()
    down = serializers.IntegerField()
    reactions = serializers.DictField(
        source="reaction_counts",
        child=serializers.IntegerField(),
        help_text="The count of each reaction. A plain vote for the comment is a “like”.",
    )
    by_staff = serializers.BooleanField()
    picked = serializers.BooleanField()
    pinned = serializers.SerializerMethodField()

    def get_pinned(self, comment: Any) -> bool:
        return comment.pinned_at is not None


class OwnCommentSerializer(serializers.Serializer[Any]):
    """A comment that the reader can still edit or delete."""

    id = serializers.IntegerField()
    until = serializers.DateTimeField()


class VoteSerializer(serializers.Serializer[Any]):
    """A vote: 1 for, -1 against if the site allows it, 0 to remove it; or a reaction."""

    value = serializers.IntegerField(min_value=-1, max_value=1, required=False)
    reaction = serializers.ChoiceField(choices=list(REACTIONS), required=False)


class TallySerializer(serializers.Serializer[Any]):
    """The votes and reactions of a comment. ``mine`` is the reader's own vote."""

    up = serializers.IntegerField()
    down = serializers.IntegerField()
    mine = serializers.IntegerField()
    reactions = serializers.DictField(child=serializers.IntegerField(), required=False)
    reaction = serializers.CharField(required=False)


class FlagSerializer(serializers.Serializer[Any]):
    """A report of a comment."""

    reason = serializers.ChoiceField(choices=Flag.Reason.choices)
    text = serializers.CharField(required=False, max_length=500)


class FollowSerializer(serializers.Serializer[Any]):
    """A request to follow the comments on a page, or the replies to one comment."""

    page = serializers.IntegerField()
    email = serializers.EmailField()
    comment = serializers.IntegerField(required=False)


class EditSerializer(serializers.Serializer[Any]):
    """The new text of one's own comment."""

    text = serializers.CharField()


class RefusalSerializer(serializers.Serializer[Any]):
    """A decision with its reason, told to the author of the comment alone."""

    comment = CommentSerializer()
    decision = serializers.IntegerField(help_text="The number of the decision, to object to it.")
    said = serializers.CharField(help_text="What was done to the comment, in words.")
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="The page with the form to object.")
    objection = serializers.CharField(
        allow_blank=True, help_text="“open”, “upheld” or “dismissed”; empty without an objection."
    )
    may_object = serializers.BooleanField()


class CommentListSerializer(serializers.Serializer[Any]):
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
    account = serializers.CharField(
        required=False,
        help_text="The name of the account that is logged in, empty if it has none.",
    )


class CommentCountsSerializer(serializers.Serializer[Any]):
    """The number of published comments of each page that everybody may see, by page ID."""

    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Without pages that don't exist, aren't public or belong to another site.",
    )


class CommentInputSerializer(serializers.Serializer[Any]):
    """The fields of a new comment."""

    page = serializers.IntegerField()
    name = serializers.CharField(
        required=False, help_text="Required for guests and for accounts without a name."
    )
    email = serializers.EmailField(required=False)
    text = serializers.CharField()
    parent = serializers.IntegerField(required=False)  # type: ignore[assignment]
    seconds = serializers.FloatField(
        required=False, help_text="Seconds from the first letter to sending."
    )
    follow = serializers.BooleanField(
        required=False,
        help_text="Whether the author wants replies by email. An email asks to confirm this once "
        "the comment is published.",
    )
    challenge = serializers.CharField(
        required=False, help_text="The solution of the challenge of a 428 response, base64."
    )
