"""Documents that are mailed to an address, with separate consent to a mailing list."""
