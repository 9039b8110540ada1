"""What a mailing has brought about."""
