"""The mails of conversations: their texts, mailings and the links in them."""
