"""Views of the dashboards, one file a page."""
