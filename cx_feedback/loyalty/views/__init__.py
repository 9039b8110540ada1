"""The editor's screens, each a page of the "Loyalty" entry of the Feedback menu."""
