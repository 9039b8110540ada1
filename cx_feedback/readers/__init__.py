"""Who is speaking: readers, their consent, the activity ledger and the days on which they came."""
