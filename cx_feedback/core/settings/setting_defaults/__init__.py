"""Defaults of ``CX_FEEDBACK`` that are more than one value, each in a module named after its key.

``settings_list`` says what each one means.
"""

from cx_feedback.core.settings.setting_defaults.emotion_clusters import EMOTION_WEIGHTS
from cx_feedback.core.settings.setting_defaults.loyalty_tiers import TIER_BORDERS
from cx_feedback.core.settings.setting_defaults.rates import RATES
from cx_feedback.core.settings.setting_defaults.spam_borders import SPAM_SCORE_BORDERS

__all__ = ["EMOTION_WEIGHTS", "RATES", "SPAM_SCORE_BORDERS", "TIER_BORDERS"]
