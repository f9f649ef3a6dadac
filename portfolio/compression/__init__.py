"""Compression of responses (Content-Encoding: gzip): `coding.py` is for whom, of what and how, `wsgi.py` the middleware.

Against BREACH, which reads a secret out of the length of compressed pages that repeat what an attacker sends: Django masks
the CSRF token anew in each page that is made, the length is blurred by bytes in front that nobody can foretell, and a page
that shows a secret itself (`no-store`) is not compressed. Brotli was measured: of the overview it saves an eighth more in the
same time, and browsers ask for it under TLS alone; that earns no package its place.
"""

from .wsgi import Compression
