"""Holds kept answers: the ones used last, up to a number of bytes, in the memory of this process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from .response import Answer


class MemoryStore:
    """A mapping from questions to answers that drops what was not asked for the longest."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Hashable) -> Answer | None:
        with self._lock:
            answer = self._answers.get(question)
            if answer is not None:
                self._answers.move_to_end(question)
            return answer

    def put(self, question: Hashable, answer: Answer) -> None:
        """Keep an answer in the place of the one there was; one that is too large for the shelf is not kept."""
        with self._lock:
            before = self._answers.pop(question, None)
            self.bytes -= before.size if before else 0
            if answer.size > self.most_bytes // 8:
                return
            self._answers[question] = answer
            self.bytes += answer.size
            while self.bytes > self.most_bytes:
                _question, dropped = self._answers.popitem(last=False)
                self.bytes -= dropped.size

    def __len__(self) -> int:
        return len(self._answers)
