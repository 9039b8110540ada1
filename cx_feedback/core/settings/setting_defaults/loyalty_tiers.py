"""Default borders of the loyalty tiers."""

#: LOYALTY_TIERS: ``loyalty.scoring.tier_rules.TierBorders`` says what each border means.
TIER_BORDERS = {
    "new_weeks": 4,
    "won_back_weeks": 4,
    "loyal": 0.4,
    "lover": 0.8,
    "at_risk": 0.75,
    "lost": 0.1,
    "lost_weeks": 8,
}
