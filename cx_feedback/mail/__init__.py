"""Posting: the deliveries ledger. Knows no campaign, only what to post to whom, and once."""
