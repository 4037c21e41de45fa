#!/usr/bin/env python3
"""The memory of suspended requests of the emulator, and the time that a wake takes.

    bench/suspended.py build/release/apps/vkxx/vkxx

Starts `vkxx emulate`, suspends 10,000 requests, and divides the growth of its resident memory by
their number; then wakes 1,000 that wait on one channel. Needs `ulimit -n 25000` and Linux.
"""
import argparse
import os
import resource
import selectors
import socket
import subprocess
import sys
import time
import urllib.request

HEADERS = (
    "Host: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n"
    "Connection: keep-alive\r\n\r\n"
)


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")


def processor_time(pid):
    """Milliseconds, which the load of the machine does not change as it changes the wall clock."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as times:
        return int(times.read().split()[0]) / 1e6


def threads_time(pid):
    tasks = f"/proc/{pid}/task"
    return sum(processor_time(f"{pid}/task/{task}") for task in os.listdir(tasks))


class Emulator:
    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "emulate", "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        line = next((line for line in self.process.stdout if "http://" in line), None)
        if line is None:
            sys.exit("the emulator did not start")
        self.url = "http://" + line.split("http://")[1].split()[0].rstrip("/.,;")
        self.port = int(self.url.rsplit(":", 1)[1])

    def suspended(self):
        with urllib.request.urlopen(self.url + "/_emulator/suspended", timeout=60) as answer:
            return int(answer.read().split(b":")[1].split(b",")[0])

    def suspend(self, number, since):
        sockets = []
        text = f"GET /_emulator/requests?since={since}&wait=3600 HTTP/1.1\r\n{HEADERS}".encode()
        for _ in range(number):
            one = socket.create_connection(("127.0.0.1", self.port))
            one.sendall(text)
            sockets.append(one)
        return sockets

    def wait_for(self, number):
        deadline = time.monotonic() + 60
        while (now := self.suspended()) != number:
            if time.monotonic() > deadline:
                sys.exit(f"{now} suspended requests instead of {number}")
            time.sleep(0.01)


def wake_time(emulator, sockets):
    selector = selectors.DefaultSelector()
    for one in sockets:
        selector.register(one, selectors.EVENT_READ)
    caller = socket.create_connection(("127.0.0.1", emulator.port))
    start = time.monotonic()
    caller.sendall(f"GET /method/nothing?v=5.199 HTTP/1.1\r\n{HEADERS}".encode())
    left = len(sockets)
    while left:
        for key, _ in selector.select():
            key.fileobj.recv(65536)
            selector.unregister(key.fileobj)
            left -= 1
    return time.monotonic() - start


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--requests", type=int, default=10_000)
    arguments.add_argument("--woken", type=int, default=1_000)
    options = arguments.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    emulator = Emulator(options.program)
    try:
        emulator.wait_for(0)
        idle = resident(emulator.process.pid)
        sleeping = emulator.suspend(options.requests, 1_000_000)
        emulator.wait_for(options.requests)
        grown = resident(emulator.process.pid) - idle
        print(f"{grown / options.requests / 1024:.2f} KiB a suspended request")
        del sleeping
        emulator.wait_for(0)
        woken = emulator.suspend(options.woken, 0)
        emulator.wait_for(options.woken)
        before = threads_time(emulator.process.pid)
        wall = wake_time(emulator, woken) * 1000
        spent = threads_time(emulator.process.pid) - before
        print(f"{wall:.1f} ms to wake {options.woken} requests, {spent:.1f} ms of processor time")
    finally:
        emulator.process.terminate()
        emulator.process.wait()


if __name__ == "__main__":
    sys.exit(main())
