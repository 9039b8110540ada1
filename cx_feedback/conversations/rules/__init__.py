"""Rules by which a response begins a conversation with its reader."""
