"""Imports of workbooks: sent, checked, mapped, confirmed, written in one revision, and taken back in one.

    checking ─▶ needs_mapping ─ remap ─▶ checking ─▶ ready ─ confirm ─▶ confirming ─▶ done ─ undo ─▶ undone
        └─▶ refused (the file is not read)            └◀─ what changed meanwhile, is doubted or refused ─┘

`import_steps` is what people do, each step once; `checked` and `confirmed` are the jobs that follow. Whoever sees an
import is told by `Import.objects.visible_to(user)`, whoever may send one by `projects.add_import`; only
who sent one goes on with it.
"""

from .import_steps import begin, choose, confirm, in_the_way, remap, undo

__all__ = ["begin", "choose", "confirm", "in_the_way", "remap", "undo"]
