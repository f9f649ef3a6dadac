"""Proposals of prefectures: the queue, one of them with its decision, and the form to make one."""
