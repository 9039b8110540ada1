from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class ReadersConfig(room_config.RoomConfig):
    name = "cx_feedback.readers"
    label = "cx_feedback_readers"
    verbose_name = pgettext_lazy("reader", "Readers")
