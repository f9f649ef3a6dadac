"""Three-way merge of a record: the version that was opened, the one stored now, and the one that was typed."""

from .base_version import (
    Part,
    by_digest,
    changes_since,
    last_row,
    owner_in,
    record_as_of,
    rows_as_of,
    touched_since,
    version_of,
)
from .conflict_rows import CHOICE, THEIR, ConflictRow, row_line
from .merge import Choices, Merge
from .three_way import Side, Three
