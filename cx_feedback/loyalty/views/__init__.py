"""The admin views below "Loyalty" in the Feedback menu."""
