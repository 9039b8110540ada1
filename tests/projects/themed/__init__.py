"""A site that overrides templates of ours; ``settings.TEMPLATES`` finds its own ones first."""
