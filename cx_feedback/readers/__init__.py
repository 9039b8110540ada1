"""Readers, their consent, the activity ledger and the days of their visits."""
