"""Names of accounts and of the authors of pages."""
