"""What keeping a world costs: CPU of `messages.send` with and without `--keep`, in turns.

    python3 bench/kept.py build/release/apps/vkxx/vkxx 20000 3

Calls go over one connection, a hundred at a time. CPU is user and system time of the emulator, for one
call; the least of the runs counts.
"""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile

PIPELINED = 100


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def send_all(url, token, calls):
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        reader = connection.makefile("rb")
        for first in range(0, calls, PIPELINED):
            batch = b""
            for number in range(first, first + PIPELINED):
                form = f"v=5.199&access_token={token}&peer_id=-1&random_id=0&message=message+{number}"
                batch += (
                    f"POST /method/messages.send HTTP/1.1\r\nHost: {host}\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\n"
                    f"Content-Length: {len(form)}\r\n\r\n{form}"
                ).encode()
            connection.sendall(batch)
            for _ in range(PIPELINED):
                length = 0
                while (line := reader.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                if b'"response"' not in reader.read(length):
                    raise SystemExit("a call failed")


def measured(program, calls, options):
    process = subprocess.Popen(
        [program, "emulate", *options], stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        url = process.stdout.readline().strip()
        token = process.stdout.readline().rsplit(":", 1)[1].strip()
        send_all(url, token, PIPELINED)
        before = cpu_seconds(process)
        send_all(url, token, calls)
        return (cpu_seconds(process) - before) / calls * 1e6
    finally:
        process.terminate()
        process.wait()


def main():
    program, calls, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        kept = ["--keep", str(pathlib.Path(folder, "world.json"))]
        found = {"without": [], "with": []}
        for _ in range(runs):
            found["without"].append(measured(program, calls, []))
            found["with"].append(measured(program, calls, kept))
            os.remove(kept[1])
    without, with_it = min(found["without"]), min(found["with"])
    print(f"without --keep: {without:.1f} us a call")
    print(f"with --keep:    {with_it:.1f} us a call, ratio {with_it / without:.2f}")


if __name__ == "__main__":
    main()
