"""`vkxx call --stats`: what the client counted, on standard error."""

import unittest

from program import WithEmulator


def counted(line):
    """The `name=value` pairs of the line."""
    program, *pairs = line.split(" ")
    if program != "vkxx:":
        raise AssertionError(line)
    return dict(pair.split("=") for pair in pairs)


class Stats(WithEmulator):
    NAMES = ["calls_ok", "calls_failed", "attempts", "retries", "refusals", "queued_s", "batches",
             "batched_calls", "in_flight", "waiting", "retry_budget"]  # fmt: skip

    def seen(self, *arguments, status=0, **options):
        """The counters, and what else was told on standard error."""
        done = self.call(*arguments, "--stats", **options)
        self.assertEqual(done.returncode, status, done.stderr)
        self.output = done.stdout
        *others, first = done.stderr.splitlines()
        return counted(first), others

    def test_a_call_that_succeeds(self):
        numbers, others = self.seen("users.get", "user_ids=1")
        self.assertEqual(list(numbers), self.NAMES)
        self.assertEqual(others, [])
        self.assertEqual(float(numbers.pop("queued_s")), 0)
        self.assertEqual(
            numbers,
            {"calls_ok": "1", "calls_failed": "0", "attempts": "1", "retries": "0",
             "refusals": "0", "batches": "0", "batched_calls": "0", "in_flight": "0",
             "waiting": "0", "retry_budget": "100"},
        )  # fmt: skip
        # The answer stays alone on standard output.
        self.assertIn('"first_name"', self.output)
        self.assertNotIn("calls_ok", self.output)

    def test_a_call_that_fails(self):
        numbers, others = self.seen("users.get", token="wrong", status=4)
        self.assertEqual((numbers["calls_ok"], numbers["calls_failed"]), ("0", "1"))
        self.assertEqual(numbers["attempts"], "1")
        self.assertEqual(len(others), 1)
        self.assertTrue(others[0].startswith("vkxx: 5. "), others)
        self.assertEqual(self.output, "")

    def test_a_call_that_is_repeated(self):
        self.emulator.fault("http_status=502:users.get*1")
        numbers, _ = self.seen("users.get", "user_ids=1")
        self.assertEqual((numbers["calls_ok"], numbers["calls_failed"]), ("1", "0"))
        self.assertEqual((numbers["attempts"], numbers["retries"]), ("2", "1"))

    def test_a_call_that_never_gets_through(self):
        self.emulator.fault("http_status=502:users.get*0")
        numbers, _ = self.seen("users.get", "--tries", "2", status=5)
        self.assertEqual((numbers["calls_failed"], numbers["attempts"]), ("1", "2"))
        # What did not help is not given back.
        self.assertEqual(numbers["retry_budget"], "99")

    def test_refusals_are_counted(self):
        self.emulator.fault("error=6:users.get*1")
        numbers, _ = self.seen("users.get", "user_ids=1")
        self.assertEqual((numbers["calls_ok"], numbers["refusals"]), ("1", "1"))

    def test_no_secret_is_in_it(self):
        for token, status in ((self.emulator.token, 0), ("vk1.a.wrong-but-secret", 4)):
            done = self.call("users.get", "key=hidden-value", "--stats", token=token)
            self.assertEqual(done.returncode, status)
            for secret in (token, "hidden-value"):
                self.assertNotIn(secret, done.stderr)

    def test_without_the_option_nothing_is_told(self):
        self.assertEqual(self.call("users.get", "user_ids=1").stderr, "")


if __name__ == "__main__":
    unittest.main()
