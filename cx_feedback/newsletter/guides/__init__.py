"""A guide to download behind "tell us your e-mail", the newsletter's consent asked separately."""
