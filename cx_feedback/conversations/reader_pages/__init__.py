"""The pages behind the links in mails: the conversation, and the proof of an address."""
