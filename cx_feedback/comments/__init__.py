"""Comments below pages: threads, moderation, spam, imports, following by email."""
