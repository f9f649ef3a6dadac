"""What Django looks up, at another price."""
