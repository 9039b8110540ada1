"""Writing back: subscriptions with proof of consent, and follow-ups that arrive once."""
