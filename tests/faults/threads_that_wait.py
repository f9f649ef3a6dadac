"""The site behind a server whose two threads take requests and hand on answers themselves: what the tests must notice.

`python -m tests.faults.threads_that_wait --port PORT`
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

from portfolio.wsgi import application

THREADS = 2
ServerHandler.http_version = "1.1"  # what who asks goes by


class _Server(WSGIServer):
    request_queue_size = 64

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), WSGIRequestHandler)
        self._pool = ThreadPoolExecutor(THREADS)
        self.set_app(application)

    def process_request(self, request: object, client_address: object) -> None:
        self._pool.submit(self._work, request, client_address)

    def _work(self, request: object, client_address: object) -> None:
        try:
            self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)


if __name__ == "__main__":
    _Server(int(sys.argv[-1])).serve_forever()
