"""A web server for folders: channels and indexes without the internet."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

USER, WORD = "me", "s3cret"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: a test's output is its own."""


class _Private(_Quiet):
    """Answers to USER with WORD and to nobody else."""

    def do_HEAD(self) -> None:
        if self._is_known():
            super().do_HEAD()

    def do_GET(self) -> None:
        if self._is_known():
            super().do_GET()

    def _is_known(self) -> bool:
        wanted = base64.b64encode(f"{USER}:{WORD}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {wanted}":
            return True
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="private"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False


class _Server(ThreadingHTTPServer):
    # uv asks many things at once, and who finds a queue full asks again a second later.
    request_queue_size = 128


@contextmanager
def serve(folder: Path, *, private: bool = False) -> Iterator[str]:
    """Serve *folder* on a free port of this machine; yield the URL, no slash.

    A *private* server asks for USER and WORD.
    """
    handler = partial(_Private if private else _Quiet, directory=str(folder))
    server = _Server(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
