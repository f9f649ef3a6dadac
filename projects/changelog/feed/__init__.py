"""Following the register from outside: every change in the order of commits, told as its reader may see it."""
