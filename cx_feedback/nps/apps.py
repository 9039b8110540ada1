from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class NPSConfig(room_config.RoomConfig):
    name = "cx_feedback.nps"
    label = "cx_feedback_nps"
    verbose_name = pgettext_lazy("NPS", "NPS")

    @property
    def health(self) -> str:
        """Return the module that tells ``cx_doctor`` of the widget."""
        return f"{self.name}.blocks"

    def ready(self) -> None:
        from cx_feedback.nps import receivers
        from cx_feedback.surveys.placement.kinds import SurveyKind, register_kind

        receivers.connect_receivers()
        register_kind(
            "nps",
            SurveyKind(
                "cx-nps",
                "cx_feedback/nps/widget.html",
                "cx_feedback.nps.form_context.build_nps_context",
                always_asks=True,
            ),
        )
