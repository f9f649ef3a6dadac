"""Who may sign in, and with which tokens other systems ask."""
