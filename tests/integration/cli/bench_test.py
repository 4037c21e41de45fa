"""`vkxx bench`: what it sends, what it prints, what it refuses to do."""

import http.server
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import unittest
import xml.etree.ElementTree

from program import TIMEOUT, VKXX, Emulator, environment, run

SVG = "{http://www.w3.org/2000/svg}"


def bench(*arguments, **more):
    """A load of a second, unless the arguments say otherwise."""
    time = () if "--seconds" in arguments else ("--seconds", "1")
    return run("bench", *arguments, *time, **more)


def measured(*arguments, **more):
    """The object of a load that has to succeed."""
    done = bench("--json", *arguments, **more)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


class Inside(unittest.TestCase):
    def test_a_user_token_uses_its_limit_up_and_no_more(self):
        done = bench("--latency", "20")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(
            done.stdout,
            r"\Aload              utils\.getServerTime, user token, 7 callers, 1\.\d s\n"
            r"emulator          inside this program, answers after 20 ms\n"
            r"limit             3 requests a second\n\n",
        )
        rows = {line[:18].strip(): line[18:].split() for line in done.stdout.splitlines()}
        # Whatever the machine is busy with, a second never holds a fourth.
        self.assertLessEqual(int(rows["requests sent"][0]), 3 * 2)
        self.assertGreaterEqual(int(rows["requests sent"][0]), 3)
        self.assertEqual(rows["calls failed"], ["0"])
        self.assertEqual(rows["error 6 seen"], ["0"])
        self.assertEqual(len(rows["a request"]), 8)
        self.assertGreaterEqual(float(rows["a request"][0]), 20)

    def test_as_json(self):
        seen = measured("--kind", "community", "--callers", "30")
        self.assertEqual(
            {name: seen[name] for name in ("method", "kind", "emulator", "callers", "batched",
                                           "latency_ms", "faults", "error_6", "failures")},
            {"method": "utils.getServerTime", "kind": "community", "emulator": None, "callers": 30,
             "batched": False, "latency_ms": 0, "faults": 0, "error_6": 0, "failures": {}},
        )  # fmt: skip
        self.assertEqual(seen["limit"], {"requests_a_second": 20, "calls_a_second": 20})
        sent = seen["requests"]
        self.assertTrue(20 <= sent["sent"] <= 40, sent)
        self.assertAlmostEqual(sent["a_second"], sent["sent"] / seen["seconds"])
        self.assertAlmostEqual(sent["of_the_limit"], sent["a_second"] / 20)
        times = seen["call_ms"]
        self.assertTrue(0 < times["median"] <= times["p95"] <= times["p99"] <= times["longest"])
        self.assertGreater(seen["cpu_us"], 0)
        self.assertGreaterEqual(seen["queued_ms"], 0)
        self.assertIsNone(seen["calls_a_batch"])

    def test_in_batches(self):
        seen = measured("--batched")
        self.assertEqual(seen["limit"], {"requests_a_second": 3, "calls_a_second": 75})
        self.assertGreater(seen["calls_a_batch"], 5)
        self.assertGreater(seen["calls"]["answered"], seen["requests"]["sent"])
        self.assertEqual((seen["calls"]["failed"], seen["error_6"]), (0, 0))

    def test_without_a_limit(self):
        seen = measured("--no-limit", "--callers", "4")
        self.assertEqual(seen["limit"], {"requests_a_second": None, "calls_a_second": None})
        self.assertIsNone(seen["calls"]["of_the_limit"])
        # More than any limit lets through.
        self.assertGreater(seen["calls"]["answered"], 60)

    def test_a_method_of_ones_own(self):
        self.assertEqual(measured("users.get", "user_ids=1")["method"], "users.get")

    def test_faults_are_repeated(self):
        seen = measured("--no-limit", "--callers", "64", "--faults", "0.1")
        self.assertGreater(seen["retries"], 0)
        self.assertGreater(seen["calls"]["answered"], 0)
        self.assertEqual(seen["faults"], 0.1)

    def test_calls_that_all_fail(self):
        done = bench("no.such_method", "--no-limit", "--callers", "1")
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stdout, r"(?m)^calls answered {15}0 ")
        self.assertRegex(done.stdout, r"(?m)^  failed: error 3 \(\d+\)$")
        self.assertIn("no call succeeded; the first one: 3. ", done.stderr)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.assertEqual(bench(stdout=full).returncode, 1)


class Interrupted(unittest.TestCase):
    def test_what_was_seen_until_then_is_printed(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(number), Emulator() as emulator:
                process = subprocess.Popen(
                    [VKXX, "bench", "--seconds", "3600", "--json", "--emulator", emulator.url],
                    env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    encoding="utf-8",
                )  # fmt: skip
                # The load is under way when its first request has come.
                emulator.wait_for_request()
                process.send_signal(number)
                output, told = process.communicate(timeout=TIMEOUT)
                self.assertEqual((process.returncode, told), (status, ""))
                seen = json.loads(output)
                self.assertLess(seen["seconds"], TIMEOUT)
                self.assertGreaterEqual(seen["requests"]["sent"], 1)


class Elsewhere(unittest.TestCase):
    def test_an_emulator_that_runs_already(self):
        with Emulator("--strict-limits") as emulator:
            seen = measured("--emulator", emulator.url + "/", "--kind", "community")
            self.assertEqual(seen["emulator"], emulator.url + "/")
            requests = emulator.requests()
        self.assertEqual({request["method"] for request in requests}, {"utils.getServerTime"})
        # One more may have left when the time was over.
        self.assertTrue(0 <= seen["requests"]["sent"] - len(requests) <= 20)
        self.assertEqual(seen["error_6"], 0)

    def test_a_token_of_the_users_is_never_sent(self):
        with Emulator() as emulator:
            self.assertEqual(bench("--emulator", emulator.url, token="mine").returncode, 0)
            self.assertEqual({request["error_code"] for request in emulator.requests()}, {0})
        done = bench("users.get", "access_token=mine")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("the emulator's own tokens", done.stderr)

    def test_by_https(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = str(pathlib.Path(folder, "ca.pem"))
            with Emulator("--tls", "--ca-out", authority) as emulator:
                seen = measured("--emulator", emulator.url, "--ca-file", authority)
                self.assertGreater(seen["calls"]["answered"], 0)

    def test_vk_is_refused_before_anything_is_sent(self):
        for url in ("https://api.vk.ru", "http://VK.com:80/", "https://api.vk.com./method",
                    "https://oauth.vkontakte.ru"):  # fmt: skip
            with self.subTest(url):
                done = bench("--emulator", url)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("a load is never sent to VK", done.stderr)

    def test_a_server_that_is_no_emulator_gets_one_question_and_no_load(self):
        paths = []

        class Other(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                paths.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_POST = do_GET

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        done = bench("--emulator", f"http://127.0.0.1:{server.server_port}")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("is not a vkxx emulator", done.stderr)
        self.assertEqual(paths, ["/_emulator/world"])

    def test_nobody_listens(self):
        with Emulator() as emulator:
            url = emulator.url
        done = bench("--emulator", url)
        self.assertEqual((done.returncode, done.stdout), (5, ""))
        self.assertTrue(done.stderr.startswith("vkxx: connection refused: "), done.stderr)


class Picture(unittest.TestCase):
    def drawn(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "rate.svg")
            done = bench(*arguments, "--plot", str(path))
            self.assertEqual(done.returncode, 0, done.stderr)
            return xml.etree.ElementTree.parse(path).getroot()

    def texts(self, picture):
        return [element.text for element in picture.iter(f"{SVG}text")]

    def test_it_shows_the_rate_against_the_limit(self):
        picture = self.drawn("--kind", "community", "--seconds", "2")
        self.assertEqual(picture.tag, f"{SVG}svg")
        texts = self.texts(picture)
        for text in ("requests a second", "seconds since the start", "limit: 20",
                     "requests sent in the last second", "0", "20"):  # fmt: skip
            self.assertIn(text, texts)
        paths = {element.get("class"): element for element in picture.findall(f"{SVG}path")}
        limit = float(re.fullmatch(r"M\d+ ([\d.]+)H\d+", paths["limit"].get("d"))[1])
        heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", paths["line"].get("d"))]
        # A point for each tenth of a second after the first whole one; none above the limit.
        self.assertGreaterEqual(len(heights), 10)
        self.assertTrue(all(y >= limit for y in heights), heights)

    def test_a_file_that_cannot_be_written_is_told_at_once(self):
        done = run("bench", "--seconds", "3600", "--plot", "/no/such/folder/rate.svg")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--plot: /no/such/folder/rate.svg cannot be written", done.stderr)
        self.assertEqual(bench("--plot", "/dev/full").returncode, 1)


class Usage(unittest.TestCase):
    def test_what_does_not_fit(self):
        for arguments, part in {
            ("--seconds", "0"): "--seconds",
            ("--seconds", "3601"): "--seconds",
            ("--callers", "0"): "--callers",
            ("--kind", "bot"): "--kind",
            ("--faults", "0.5"): "--faults",
            ("--latency", "-1"): "--latency",
            ("--latency", "5", "--emulator", "http://127.0.0.1:1"): "--latency",
            ("--faults", "0.1", "--emulator", "http://127.0.0.1:1"): "--faults",
            ("--ca-file", "x"): "--emulator",
            ("users.get", "nonsense"): "nonsense",
            ("--emulator", "ftp://127.0.0.1"): "http://",
        }.items():
            with self.subTest(arguments):
                done = run("bench", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(part, done.stderr)


if __name__ == "__main__":
    unittest.main()
