"""python -m tests.first_imports MODULE…: import each as the first of our modules after Django's own start.

Says which cannot be: these are part of a circle that only the usual order of imports hides. Each has a process of its
own, a copy of one that has loaded what is not ours already, so that hundreds take seconds.
"""

import gc
import importlib
import os
import sys
import traceback

import django

# the slow part of what our modules import; not REST framework's views, which load parts of `projects.api`
NOT_OURS = (
    "django.contrib.auth.views",
    "drf_spectacular.extensions",
    "drf_spectacular.utils",
    "rest_framework.renderers",
)


def can_be_first(name: str) -> bool:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        importlib.import_module(name)
    except BaseException:  # whatever it is, only this process ends
        last = traceback.format_exc().strip().splitlines()[-1]
        os.write(1, f"{name}: {last}\n".encode())
        os._exit(1)
    os._exit(0)


def main(names: list[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    for name in NOT_OURS:
        importlib.import_module(name)
    assert "projects.api" not in sys.modules, "or it would not be the first"
    gc.freeze()  # the copies share what they only read
    failed = [name for name in names if name not in sys.modules and not can_be_first(name)]
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
