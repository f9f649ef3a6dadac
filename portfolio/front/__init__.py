"""The ASGI application between the network and the threads of the WSGI application, so that nothing waits for the slow.

`application.py` is it: it takes a request whole (`wsgi_environ.py`, `request_body.py`), answers what it can by itself (that
the process lives, what is refused, what is cached: `cached_responses.py`), has one of a fixed number of threads make the
rest (`thread_pools.py`), and hands that on as fast as it is read (`response_buffer.py`, `response_sending.py`).
`connections.py` is what the system has to know of the process, and `call_stack.py` what Python has to know of a thread.

It never decides who may see what: an answer is made by the WSGI application, or cached by it.
"""

from .application import Front
