from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class CommentsConfig(room_config.RoomConfig):
    name = "cx_feedback.comments"
    label = "cx_feedback_comments"
    verbose_name = pgettext_lazy("comment", "Comments")

    def ready(self) -> None:
        from cx_feedback.comments import (
            checks,  # noqa: F401
            receivers,
        )

        receivers.connect_receivers()
