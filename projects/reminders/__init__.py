"""Reminders by e-mail: to those who report, a digest a day to those who review, answers to those who proposed a change.

`due` says what is to be sent, the templates of `mails/` in which words, `sending` sends it and remembers.
"""

from .due import mails_due
from .sending import is_known, send_reminders
