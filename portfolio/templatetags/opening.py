"""Template tags of addresses, under the name that templates load them by."""

from .figures import register as register
