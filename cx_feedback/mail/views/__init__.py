"""The admin pages of mailings and deliveries, and the public URLs in messages."""
