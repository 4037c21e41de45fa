#!/usr/bin/env python3
"""The memory of long polls that wait in the emulator, and the time in which an event reaches them.

    bench/suspended.py build/release/apps/vkxx/vkxx

Starts `vkxx emulate`, lets 10,000 polls of a community wait, and divides the growth of its resident
memory by their number; then sends a message while 1,000 wait. Needs `ulimit -n 25000` and Linux.
"""
import argparse
import json
import os
import resource
import selectors
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

HEADERS = (
    "Host: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
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
        self.tokens = {}
        for line in self.process.stdout:
            if line.startswith("http://"):
                self.url = line.strip()
                self.port = int(self.url.rsplit(":", 1)[1])
            elif line.startswith("token of "):
                owner, token = line[len("token of ") :].split(":", 1)
                self.tokens[owner] = token.strip()
            else:
                break

    def call(self, owner, method, **parameters):
        values = {**parameters, "access_token": self.tokens[owner], "v": "5.199"}
        body = urllib.parse.urlencode(values).encode()
        with urllib.request.urlopen(f"{self.url}/method/{method}", body, timeout=60) as answer:
            return json.load(answer)["response"]

    def poll_address(self):
        self.call("community 1", "groups.setLongPollSettings", enabled=1, message_new=1, group_id=1)
        server = self.call("community 1", "groups.getLongPollServer", group_id=1)
        path = urllib.parse.urlsplit(server["server"]).path
        return f"{path}?act=a_check&key={server['key']}&ts={server['ts']}&wait=90"

    def suspended(self):
        with urllib.request.urlopen(self.url + "/_emulator/suspended", timeout=60) as answer:
            return int(answer.read().split(b":")[1].split(b",")[0])

    def suspend(self, number):
        sockets = []
        text = f"GET {self.poll_address()} HTTP/1.1\r\n{HEADERS}".encode()
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
    start = time.monotonic()
    emulator.call("user 1", "messages.send", peer_id=-1, message="wake up", random_id=1)
    left = len(sockets)
    while left:
        for key, _ in selector.select():
            if b"message_new" not in key.fileobj.recv(65536):
                sys.exit("a poll ended without the message")
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
        sleeping = emulator.suspend(options.requests)
        emulator.wait_for(options.requests)
        grown = resident(emulator.process.pid) - idle
        print(f"{grown / options.requests / 1024:.2f} KiB a waiting poll")
        del sleeping
        emulator.wait_for(0)
        woken = emulator.suspend(options.woken)
        emulator.wait_for(options.woken)
        before = threads_time(emulator.process.pid)
        wall = wake_time(emulator, woken) * 1000
        spent = threads_time(emulator.process.pid) - before
        print(f"{wall:.1f} ms until the message has reached {options.woken} polls, {spent:.1f} ms of processor time")
    finally:
        emulator.process.terminate()
        emulator.process.wait()


if __name__ == "__main__":
    sys.exit(main())
