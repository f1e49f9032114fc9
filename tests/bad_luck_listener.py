#!/usr/bin/env python3
"""Something at a port of 127.0.0.1 that is no Redis. Prints the port once it is as it will be.

bad_luck_listener.py free      nobody: the port was free just now
bad_luck_listener.py deaf      bound, and does not listen: nobody else can
bad_luck_listener.py silent    accepts, and says nothing
bad_luck_listener.py full      does not accept, and its listen queue is full
bad_luck_listener.py closing   accepts, and hangs up
bad_luck_listener.py babbling  speaks another protocol
"""
import signal
import socket
import sys


def fill(listener):
    """Connects until nobody is let in any more."""
    clients = []
    while True:
        client = socket.socket()
        client.settimeout(0.5)
        clients.append(client)
        try:
            client.connect(listener.getsockname())
        except TimeoutError:
            return clients


def serve(kind, listener):
    clients = []
    while True:
        client, _ = listener.accept()
        if kind == "babbling":
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        if kind == "closing":
            client.recv(4096)
            client.close()
        clients.append(client)


def main():
    kind = sys.argv[1]
    if kind == "deaf":
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))
        print(bound.getsockname()[1], flush=True)
        signal.pause()
    listener = socket.create_server(("127.0.0.1", 0), backlog=0 if kind == "full" else 16)
    clients = fill(listener) if kind == "full" else []
    print(listener.getsockname()[1], flush=True)
    if kind == "free":
        return
    if kind == "full":
        signal.pause()
    serve(kind, listener)


main()
