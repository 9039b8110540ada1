"""Models of this room that hold nothing of a reader, and why."""

from cx_feedback.core.privacy.personal_data import ImpersonalModel
from cx_feedback.surveys.models import (
    Export,
    ExportPart,
    Quota,
    Start,
    Survey,
    SurveyVersion,
    Tally,
)

_EDITORS = "choices and words of the site's editors"
_COUNTS = "counts of many responses"
_WORK = "the state of the work in the background"

NOT_PERSONAL = (
    ImpersonalModel(
        Survey,
        {
            _EDITORS: "kind title intro questions thanks opens_at closes_at max_responses "
            "one_per_reader quotas open_by_address results_shown anonymous tests_by_editors "
            "hidden_fields keeps_partials mails_answers placement seconds scroll_percent "
            "sample_percent rest_answered rest_later rest_closed shown_without_block sections tags "
            "languages"
        },
    ),
    ImpersonalModel(
        SurveyVersion, {_EDITORS: "survey number definition digest full current created_at"}
    ),
    ImpersonalModel(Start, {_COUNTS: "survey page_id language created_at folded"}),
    ImpersonalModel(Tally, {_COUNTS: "survey part question value count"}),
    ImpersonalModel(Quota, {_COUNTS: "family question value limit taken counted_to"}),
    ImpersonalModel(
        Export,
        {
            "an editor's choices; the words in it go when one of their writers is erased": "survey "
            "user format headings separator filters with_excluded with_texts",
            _WORK: "state total written last_included_id last_written_id size created_at "
            "progress_at",
        },
    ),
    ImpersonalModel(
        ExportPart,
        {"a copy of answers: deleted with the erasure of anybody in it": "export number content"},
    ),
)
