from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class SurveysConfig(room_config.RoomConfig):
    name = "cx_feedback.surveys"
    label = "cx_feedback_surveys"
    verbose_name = pgettext_lazy("survey", "Surveys")

    def ready(self) -> None:
        from cx_feedback.surveys import receivers
        from cx_feedback.surveys.library import checks  # noqa: F401

        receivers.connect()
