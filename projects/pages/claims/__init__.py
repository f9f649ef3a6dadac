"""Pages on which a person decides about a published claim."""
