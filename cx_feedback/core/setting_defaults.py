"""Defaults of ``CX_FEEDBACK`` that are more than one value. ``conf`` says what each one means."""

#: RATES: how often one address may write, by scope.
RATES = {
    "write": "30/m",
    "visit": "60/m",
    "mail": "10/h",
    "comment": "10/h",
    "burst": "30/m",
    "doubtful": "5/m",
    "proof": "60/h",
    "signup": "3/h",
}

#: EMOTION_CLUSTERS: the weight of each cluster of emotions in the emotional value.
EMOTION_WEIGHTS = {"destroying": -1, "attention": 0.33, "trust": 0.66, "advocacy": 1}

#: COMMENTS_SCORES: points of spam from which a comment is challenged, held or put aside.
SPAM_SCORE_BORDERS = {"challenge": 2.0, "hold": 4.0, "spam": 6.0}

#: LOYALTY_TIERS: ``loyalty.scoring.tiers.TierBorders`` says what each border means.
TIER_BORDERS = {
    "new_weeks": 4,
    "won_back_weeks": 4,
    "loyal": 0.4,
    "lover": 0.8,
    "at_risk": 0.75,
    "lost": 0.1,
    "lost_weeks": 8,
}
