"""One's own tasks as a page: a line for each kind of task, and the figures of one's own projects below."""
