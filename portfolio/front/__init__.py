"""What stands between the network and the threads: an ASGI application, so that nothing waits for the slow.

`application.py` is that application: it takes a request whole (`environ.py`, `body.py`), answers what it can by itself
(that the process lives, what is kept, what is refused: `kept.py`), has one of a fixed number of threads make the rest
(`threads.py`), and hands that on as fast as it is read (`spool.py`, `reader.py`). `connections.py` and `master.py` are what
the system has to know of the process.

It never decides who may see what: an answer is made by the WSGI application, or has been kept by it.
"""

from .application import Front

__all__ = ["Front"]
