"""Pages about projects: the list, one project, and what every page shares (frame, links, wording)."""
