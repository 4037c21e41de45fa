#!/usr/bin/env python3
"""The memory that an upload of any size takes in the emulator, and its speed.

    bench/uploads.py build/release/apps/vkxx/vkxx

Starts `vkxx emulate`, sends a video of 1 GiB that no file holds, and fails if the emulator's memory
has grown by more than 32 MiB at its peak. Linux only.
"""
import argparse
import http.client
import json
import subprocess
import sys
import time
import urllib.parse

BOUNDARY = "bench"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="video_file"; filename="film.mp4"\r\n'
    "Content-Type: video/mp4\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()
MOST_GROWTH = 32 << 20


def memory(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"no {name}")


def body(size):
    yield HEAD
    block = bytes(1 << 20)
    for _ in range(size >> 20):
        yield block
    yield TAIL


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--size", type=int, default=1 << 30, help="whole MiB, in bytes")
    options = arguments.parse_args()
    process = subprocess.Popen(
        [options.program, "emulate", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "token of user 1:" in line:
                break
        else:
            sys.exit("the emulator did not start")
        address = urllib.parse.urlparse(lines[0].split()[-1])
        token = lines[-1].split()[-1]
        connection = http.client.HTTPConnection(address.hostname, address.port)
        connection.request("POST", "/method/video.save?v=5.199&access_token=" + token)
        url = json.load(connection.getresponse())["response"]["upload_url"]
        before = memory(process.pid, "VmHWM")
        start = time.monotonic()
        connection.request(
            "POST",
            url[url.index("/upload/") :],
            body=body(options.size),
            headers={
                "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                "Content-Length": str(len(HEAD) + options.size + len(TAIL)),
            },
        )
        answer = json.load(connection.getresponse())
        seconds = time.monotonic() - start
        grown = memory(process.pid, "VmHWM") - before
        if answer["size"] != options.size:
            sys.exit(f"the emulator took {answer['size']} bytes of {options.size}")
        print(f"{options.size / seconds / (1 << 20):.0f} MiB/s, peak memory +{grown >> 10} KiB")
        if grown > MOST_GROWTH:
            sys.exit("more memory than 32 MiB")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
