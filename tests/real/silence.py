"""A server in the place of a wiki that takes connections and never answers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from demo.mediawiki import HOST


@contextmanager
def silent_server(says: bytes) -> Iterator[int]:
    """A port where connections are taken; after ``says`` come single letters for ever."""
    ended = threading.Event()
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(0.1)

        def serve() -> None:
            taken: list[socket.socket] = []
            while not ended.wait(0.2):
                try:
                    connection = server.accept()[0]
                    connection.sendall(says)
                    taken.append(connection)
                except TimeoutError:
                    pass
                for each in taken if says else ():
                    try:
                        each.sendall(b"{")
                    except OSError:
                        continue
            for each in taken:
                each.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            ended.set()
            thread.join()
