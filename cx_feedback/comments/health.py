"""The comments on the pages of the site, for the doctor."""

from django.utils.translation import pgettext_lazy

from cx_feedback.core.health.registry import Widget

WIDGETS = (
    Widget(
        name="comments",
        title=pgettext_lazy("comment", "Comments"),
        block="cx_feedback.comments.blocks.CommentsBlock",
        line='("comments", CommentsBlock()),  '
        "# from cx_feedback.comments.blocks import CommentsBlock",
        tags=("cx_comments",),
        css_class="cx-comments",
        stores="cx_feedback_comments.Comment",
        build_value=dict,
    ),
)
