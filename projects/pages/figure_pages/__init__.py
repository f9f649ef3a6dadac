"""The pages on which a number explains itself, and on which two states of knowledge are compared."""
