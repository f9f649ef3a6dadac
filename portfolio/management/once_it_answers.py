"""What is said once a server answers: python -m portfolio.management.once_it_answers < TEXT (--help says what it wants)

A server that was started answers some seconds later, on a machine that has much to do a minute. The text stays out of the
words of the command, which everybody on the machine may read: it has a password in it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import sys
import time

_PAUSE = 0.2  # seconds


def is_there(process: int) -> bool:
    """Return whether the process has not ended."""
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def answers(host: str, port: int) -> bool:
    """Return whether a server answers there, whatever it says."""
    asked = http.client.HTTPConnection(host, port, timeout=5)
    try:
        asked.request("GET", "/healthz")
        asked.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


def main() -> None:
    """Wait for the server, and print; of one that ends before nothing is said."""
    parser = argparse.ArgumentParser(description="Prints its input once a server answers.")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--beside", type=int, required=True, metavar="PROCESS", help="the server's")
    asked = parser.parse_args()
    text = sys.stdin.read()
    while is_there(asked.beside):
        if answers(asked.host, asked.port):
            sys.stdout.write(text)
            return
        time.sleep(_PAUSE)


if __name__ == "__main__":
    main()
