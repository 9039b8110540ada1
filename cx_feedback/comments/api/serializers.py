"""What REST says of comments, and what it takes. No address ever leaves."""

from typing import Any

from rest_framework import serializers


class CommentSerializer(serializers.Serializer[Any]):
    """A comment as anybody may see it."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    depth = serializers.IntegerField()
    name = serializers.CharField(source="author_name")
    html = serializers.CharField()
    state = serializers.CharField()
    language = serializers.CharField()
    created_at = serializers.DateTimeField()
    replies = serializers.IntegerField()


class CommentListSerializer(serializers.Serializer[Any]):
    """A window on the comments of a page; ``next`` is the ``after`` of the next one.

    With ``only=mine`` there is nothing but ``page`` and ``mine``.
    """

    page = serializers.IntegerField()
    published = serializers.IntegerField(required=False)
    closed = serializers.BooleanField(required=False)
    comments = CommentSerializer(many=True, required=False)
    next = serializers.CharField(required=False, allow_null=True)
    mine = CommentSerializer(many=True, required=False)


class PostSerializer(serializers.Serializer[Any]):
    """What a new comment consists of."""

    page = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField(required=False)
    text = serializers.CharField()
    parent = serializers.IntegerField(required=False)  # type: ignore[assignment]
