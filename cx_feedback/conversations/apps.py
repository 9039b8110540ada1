from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class ConversationsConfig(room_config.RoomConfig):
    name = "cx_feedback.conversations"
    label = "cx_feedback_conversations"
    verbose_name = pgettext_lazy("conversation", "Conversations")

    def ready(self) -> None:
        from cx_feedback.conversations import receivers

        receivers.connect_receivers()
