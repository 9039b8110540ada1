"""The subscription form: its context, its input and its protection against bots."""
