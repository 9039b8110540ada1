"""An app of the test alone: each of its last migrations loses something, or seems to."""
