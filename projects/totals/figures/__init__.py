"""Figures of the product as conditions on projects: which of them have one, and which it counts.

`totals/totals.py` sums them; the project filters `counted_in`, `having` and `missing` open them to their records. Names are
stable: they are the keys of the API.
"""

from .figure import Condition, Figure, always
from .headlines import HEADLINES as _HEADLINES
from .headlines import RATIOS as _RATIOS
from .listed import LISTED as _LISTED
from .monthly import MONTHLY as _MONTHLY
from .monthly import OF_SHARES, is_closed, is_live
from .span import Span, disbursed_by_entry, with_figures

HEADLINES = tuple(figure.name for figure in _HEADLINES)
RATIOS = tuple(figure.name for figure in _RATIOS)
USUAL = (*HEADLINES, *RATIOS)  # what is answered where no figure is named
MONTHLY = tuple(figure.name for figure in _MONTHLY)
LISTED = tuple(figure.name for figure in _LISTED)
COUNTED = frozenset((*MONTHLY, *LISTED))  # by conditions on projects, where the others are sums of columns
FIGURES: dict[str, Figure] = {figure.name: figure for figure in (*_HEADLINES, *_RATIOS, *_MONTHLY, *_LISTED)}
