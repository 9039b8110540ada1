"""An app of the tests alone: each of its last migrations loses or locks something, or seems to."""
