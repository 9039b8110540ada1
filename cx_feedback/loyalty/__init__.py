"""Will they come back: return probabilities, tiers, and readers who fall silent or return."""
