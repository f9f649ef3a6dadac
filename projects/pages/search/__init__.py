"""Search of everything that a reader may see: projects first, then what they belong to, figures, pages and what was said."""
