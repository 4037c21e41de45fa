"""docs/emulator-methods.md is what scripts/emulator_methods writes."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

from calls import Emulator

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT = 60


class MethodsPage(unittest.TestCase):
    maxDiff = 2000

    def test_the_page_is_up_to_date(self):
        written = subprocess.run([sys.executable, ROOT / "scripts/emulator_methods",
                                  os.environ["VKXX"]],
                                 capture_output=True, encoding="utf-8", timeout=TIMEOUT)
        self.assertEqual((written.returncode, written.stderr), (0, ""))
        page = (ROOT / "docs/emulator-methods.md").read_text(encoding="utf-8")
        self.assertEqual(written.stdout.splitlines(), page.splitlines())
        self.assertLess(len(page), 30_000)

    def test_what_has_state_is_no_sample(self):
        """Two seeds have the same state and different samples."""
        calls = {"users.get": {"user_ids": "1"}, "groups.getById": {"group_ids": "1"},
                 "status.get": {"user_id": "1"}, "market.get": {"owner_id": "-1"},
                 "database.getCities": {"country_id": "1"}}
        answers, sources = [], {}
        for seed in ("1", "2"):
            with Emulator("--seed", seed) as vk:
                # Addresses of pictures name the emulator, and so its port.
                answers.append({method: json.dumps(vk.call(method, parameters, ["user"]))
                                .replace(vk.url, "") for method, parameters in calls.items()})
                sources = vk.get("/_emulator/methods")
        found = {entry["method"]: entry["answer"] for entry in sources}
        self.assertEqual(len(found), 566)
        for method in calls:
            same = answers[0][method] == answers[1][method]
            self.assertEqual("state" if same else "sample", found[method], method)


if __name__ == "__main__":
    unittest.main()
