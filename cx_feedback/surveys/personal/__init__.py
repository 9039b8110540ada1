"""Personal data of this room: responses, those that were not finished, and what hangs on them."""

from django.utils.translation import pgettext_lazy

from cx_feedback.core.privacy.lookups import ByColumns, PartOf
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Erasure,
    Expiry,
    LegalGround,
    PersonalModel,
    personal_fields,
)
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.models import (
    AnsweredOnce,
    PartialResponse,
    Response,
    ResponseNote,
    ResponseTag,
)
from cx_feedback.surveys.partials import services as partials
from cx_feedback.surveys.personal.not_personal import NOT_PERSONAL
from cx_feedback.surveys.personal.person_responses import (
    ResponseLookup,
    describe_responses,
    erase_partials,
    erase_responses,
)
from cx_feedback.surveys.responses import anonymity

_ASKING = pgettext_lazy("personal data", "To learn what readers think, and to count it.")
_RESULTS = "results count the response, which names nobody any more"
_PART = "its response is above it in the export"
_WHOSE = "the person of the export"

PERSONAL_DATA: tuple[Declaration, ...] = (
    PersonalModel(
        PartialResponse,
        "unfinished_responses",
        pgettext_lazy("personal data", "To see at which question readers stop."),
        LegalGround.CONSENT,
        ResponseLookup(),
        (
            *personal_fields(DataKind.CONTENT, "answers"),
            *personal_fields(DataKind.BEHAVIOUR, "survey page_id=page created_at=at"),
            *personal_fields(DataKind.TECHNICAL, "language"),
            *personal_fields(
                DataKind.BEHAVIOUR,
                "updated_at last_question sent",
                withheld="the answers say where it stopped",
            ),
            *personal_fields(
                DataKind.TECHNICAL, "key", withheld="whoever holds it continues the response"
            ),
        ),
        {_WHOSE: "reader", "what readers saw": "version", "the order of its pages": "sequence"},
        erase=erase_partials,
        retention=("partial_responses",),
        describe=describe_responses,
    ),
    PersonalModel(
        Response,
        "responses",
        _ASKING,
        LegalGround.CONTRACT,
        ResponseLookup(),
        (
            *personal_fields(
                DataKind.CONTENT,
                "answers",
                kept="choices and numbers stay without the person; words are emptied",
            ),
            *personal_fields(
                DataKind.BEHAVIOUR, "survey page_id=page created_at=at", kept=_RESULTS
            ),
            *personal_fields(DataKind.TECHNICAL, "language", kept=_RESULTS),
            *personal_fields(DataKind.TECHNICAL, "seconds", kept=_RESULTS),
            *personal_fields(DataKind.TECHNICAL, "hidden_fields"),
            *personal_fields(
                DataKind.TECHNICAL, "idempotency_key", withheld="a random key, which says nothing"
            ),
            *personal_fields(DataKind.DECISION, "state", kept=_RESULTS),
        ),
        {
            _WHOSE: "reader",
            "what readers saw": "version",
            "the state of the work in the background": "folded",
        },
        erasure=Erasure.ANONYMIZED,
        erase=erase_responses,
        describe=describe_responses,
        retention=("anonymous_keys",),
    ),
    PersonalModel(
        ResponseTag,
        "tags",
        _ASKING,
        LegalGround.INTEREST,
        PartOf(Response, "response"),
        personal_fields(DataKind.DERIVED, "name"),
        {_PART: "response", "the survey of the response": "survey"},
        describe=lambda rows: [row.name for row in rows],
    ),
    PersonalModel(
        ResponseNote,
        "notes",
        _ASKING,
        LegalGround.INTEREST,
        PartOf(Response, "response"),
        personal_fields(DataKind.DERIVED, "text created_at=at edited_at"),
        {
            _PART: "response",
            "the survey of the response": "survey",
            "the account of an editor": "author",
        },
    ),
    PersonalModel(
        AnsweredOnce,
        "answered_once",
        pgettext_lazy("personal data", "To let each reader answer a survey once."),
        LegalGround.INTEREST,
        ByColumns(),
        personal_fields(DataKind.BEHAVIOUR, "family=survey_family"),
        {_WHOSE: "reader"},
    ),
    Expiry(
        "partial_responses",
        pgettext_lazy("personal data", "Responses that were not finished"),
        lambda now: [partials.find_old_partials(now)],
        partials.sweep_partials,
    ),
    Expiry(
        "response_exports",
        pgettext_lazy("personal data", "Exported files of responses"),
        lambda now: [exports.find_old_exports(now)],
        exports.sweep_exports,
    ),
    Expiry(
        "anonymous_keys",
        pgettext_lazy("personal data", "Keys of anonymous responses (cleared)"),
        lambda now: [anonymity.find_old_keys(now)],
        anonymity.clear_keys,
    ),
    *NOT_PERSONAL,
)
