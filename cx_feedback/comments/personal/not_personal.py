"""Models of this room that hold nothing of a reader, and why."""

from cx_feedback.comments.models import (
    CommentSettings,
    ImportedPage,
    Mention,
    PastDecision,
    PendingPurge,
    Policy,
    SavedReply,
    Section,
    SpamMeasurement,
    SpamModel,
    Thread,
    WaitingAlert,
)
from cx_feedback.core.privacy.personal_data import ImpersonalModel

_WORK = "the state of the work in the background"
_EDITORS = "choices and words of the site's editors"
_COUNTS = "counts of many comments"
_IMPORT = "what another system stored, and its number there"

NOT_PERSONAL = (
    ImpersonalModel(
        Thread, {"a page and its counters": "page closed published version created_at"}
    ),
    ImpersonalModel(
        Mention,
        {
            "links from other public pages": "thread kind title url text state created_at",
            _IMPORT: "source external_id",
        },
    ),
    ImpersonalModel(ImportedPage, {_IMPORT: "source external_id page imported_at"}),
    ImpersonalModel(Policy, {_EDITORS: "page rule free_after close_after"}),
    ImpersonalModel(Section, {"the permission of a group of editors": "group page"}),
    ImpersonalModel(PastDecision, {_COUNTS: "year subject kind state reason count"}),
    ImpersonalModel(SavedReply, {_EDITORS: "title text"}),
    ImpersonalModel(
        CommentSettings,
        {
            _EDITORS: "site rule free_after close_after allowed_authors votes reactions "
            "edit_minutes flags_to_hide blocked_words spam_promise reject_reasons tell_refusals "
            "alert_hours"
        },
    ),
    ImpersonalModel(
        SpamModel,
        {
            "weights of words by their hashes, learnt from many comments": "version weights",
            _COUNTS: "spam good decisions trained_at accuracy",
        },
    ),
    ImpersonalModel(SpamMeasurement, {_COUNTS: "day accuracy measured_at"}),
    ImpersonalModel(PendingPurge, {_WORK: "key thread_id url token attempts due_at"}),
    ImpersonalModel(WaitingAlert, {_WORK: "site begun_at ended_at"}),
)
