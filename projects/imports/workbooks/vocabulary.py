"""Vocabulary: which field the heads above a column name, exactly; what is only alike is suggested and never taken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property

from projects.choices import WorkbookKind

from .fields import words_of
from .head_words import plain, without_unit
from .own_heads import is_beside, of_sheet

# heads above several columns that say nothing more of them
_NEUTRAL = frozenset(
    {
        *(
            "其中",
            "投资",
            "投资情况",
            "项目投资",
            "资金情况",
            "投资计划",
            "项目情况",
            "基本情况",
            "项目基本情况",
            "项目概况",
        ),
        *("建设情况", "进度情况", "进展情况", "效益情况", "投资及效益"),
    }
)
_ALIKE, _SUGGESTED = 0.6, 3


@dataclass(frozen=True)
class Vocabulary:
    """The words of a kind of workbook, in which the year and the month that are asked may stand for 'this'."""

    kind: str
    year: int
    month: int | None = None

    @cached_property
    def _words(self) -> Mapping[str, str]:
        named = of_sheet(self.month) if self.month and self.kind == WorkbookKind.REPORTS else {}
        return {**words_of(self.kind), **named}

    def field_of(self, parts: Sequence[str]) -> str | None:
        """The field that the heads above a column name, from the top; '' for what is known and never read; None else."""
        words = [word for word in map(self._word, parts) if word]
        if not words:
            return None
        for word in ("".join(words), words[-1] if set(words[:-1]) <= _NEUTRAL else ""):
            if word in self._words:
                return self._words[word]
        return "" if len(words) == 1 and is_beside(self.kind, words[0]) else None

    def suggestions(self, parts: Sequence[str]) -> list[str]:
        """Fields whose words are like these, the most alike first."""
        words = [word for word in map(self._word, parts) if word]
        known = {word: field for word, field in self._words.items() if field}
        found = []
        for word in dict.fromkeys(["".join(words), *reversed(words)]):
            found += [known[each] for each in difflib.get_close_matches(word, known, n=_SUGGESTED, cutoff=_ALIKE)]
            found += [known[each] for each in known if len(each) > 1 and each in word]
        return list(dict.fromkeys(found))[:_SUGGESTED]

    def _word(self, text: str) -> str:
        word = plain(text)
        if word in self._words:
            return word
        word, _unit = without_unit(text)
        if word in self._words:
            return word
        if self.month:
            word = re.sub(rf"^(?:{self.year}年)?1(?:月)?[-~至—]0?{self.month}月(?:份)?", "年初至本月", word)
            word = re.sub(rf"^(?:{self.year}年)?0?{self.month}月(?:份)?(?:当月|本月)?", "本月", word)
        word = re.sub(rf"^(?:截至|截止)?{self.year - 1}年(?:12月)?[底末]", "截至上年底", word)
        return re.sub(rf"{self.year}年(?:度)?", "年度", word)
