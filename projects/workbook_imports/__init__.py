"""Imports of workbooks: sent, checked, mapped, confirmed, written in one revision, and taken back in one.

    checking ─▶ needs_mapping ─ remap ─▶ checking ─▶ ready ─ confirm ─▶ confirming ─▶ done ─ undo ─▶ undoing ─▶ undone
        └─▶ refused (the file is not read)            └◀─ what changed meanwhile,  ─┘  └◀ what is refused ┘
                                                          is doubted or refused
`import_steps` is what people do, each step once; `checked`, `confirmed` and `undoing` are the jobs that follow. A job that
is given up goes back to where its step began, and says so. Whoever sees an
import is told by `Import.objects.visible_to(user)`, whoever may send one by `projects.add_import`; only
who sent one goes on with it.
"""

from .import_steps import begin, choose, confirm, is_shown_unchosen, prepare_mapping, prepare_upload, remap, undo
from .jobs import get_obstacles
