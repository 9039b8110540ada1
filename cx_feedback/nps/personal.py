"""Personal data of this room: none, as answers to NPS widgets are responses of the surveys."""

from cx_feedback.core.privacy.personal_data import Declaration, ImpersonalModel
from cx_feedback.nps.models import NPSWidget

PERSONAL_DATA: tuple[Declaration, ...] = (
    ImpersonalModel(
        NPSWidget,
        {
            "choices and words of the site's editors": "survey_ptr question low_label high_label "
            "follow_up promoter_question promoter_thanks promoter_next passive_question "
            "passive_thanks passive_next detractor_question detractor_thanks detractor_next "
            "next_page next_label address_question address_consent"
        },
    ),
)
