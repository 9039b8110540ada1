"""The pages of mailings and deliveries, and the addresses in letters."""
