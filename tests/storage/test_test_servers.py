"""The tests use a database server on this machine only if it is one, and lets them in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.stores import is_postgres

WELCOME = b"R\x00\x00\x00\x08\x00\x00\x00\x00"
READY = b"S\x00\x00\x00\x08a\x00b\x00" + b"Z\x00\x00\x00\x05I"


@pytest.fixture
def answering(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a server that says this to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.recv(1000)
                line.sendall(request.param)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize(
    ("answering", "found"),
    [
        pytest.param(WELCOME + READY, True, id="lets in"),
        pytest.param(b"R\x00\x00\x00\x0c\x00\x00\x00\x05salt", False, id="asks for a password"),
        pytest.param(WELCOME + b"E\x00\x00\x00\x06S\x00", False, id="knows no such user"),
        pytest.param(b"HTTP/1.0 400 Bad Request\r\n\r\n", False, id="speaks another language"),
        pytest.param(WELCOME, False, id="falls silent"),
        pytest.param(b"", False, id="says nothing"),
    ],
    indirect=["answering"],
)
def test_only_a_server_that_lets_us_in_is_used(answering: int, found: bool) -> None:
    assert is_postgres("127.0.0.1", answering, "postgres") is found


def test_where_nothing_listens_there_is_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert not is_postgres("127.0.0.1", port, "postgres")
