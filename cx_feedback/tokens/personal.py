"""Personal data of this room: none of readers, as tokens belong to programs and staff."""

from cx_feedback.core.privacy.personal_data import Declaration, ImpersonalModel
from cx_feedback.tokens.models import Token

PERSONAL_DATA: tuple[Declaration, ...] = (
    ImpersonalModel(
        Token,
        {
            "accounts of the staff": "owner",
            "what a program may do, and a keyed hash of its secret": "name prefix digest scopes "
            "sections rate created_at expires_at last_used_at revoked_at",
        },
    ),
)
