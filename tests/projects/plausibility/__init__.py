"""Tests of what is doubted before it is written."""
