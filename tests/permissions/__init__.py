"""Who may open which address, by role and scope."""
