"""Reminders by e-mail: to those who report, a digest a day to those who review, answers to those who proposed a change."""

from .mails import is_known, mails_due, send_reminders
