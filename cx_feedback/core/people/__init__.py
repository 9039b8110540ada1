"""Names of accounts and of the authors of pages, limits of accounts by tokens."""
