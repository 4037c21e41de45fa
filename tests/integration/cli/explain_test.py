"""`vkxx explain`."""

import unittest

from program import run


class Explain(unittest.TestCase):
    def test_a_code(self):
        done = run("explain", "14")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("14  captcha_needed\n"), done.stdout)
        self.assertIn("What helps:  Show the captcha to a person", done.stdout)

    def test_a_name_in_any_case(self):
        self.assertEqual(run("explain", "Captcha_Needed").stdout, run("explain", "14").stdout)

    def test_a_subcode(self):
        self.assertIn("Subcode 1133: The application has no", run("explain", "15", "1133").stdout)
        self.assertIn("Subcode 7: not known", run("explain", "15", "7").stdout)

    def test_a_code_that_nobody_knows(self):
        done = run("explain", "424242")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("424242", done.stderr)

    def test_a_part_of_a_name(self):
        done = run("explain", "captcha")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean captcha_needed (14)", done.stderr)

    def test_nothing_and_too_much(self):
        self.assertEqual(run("explain").returncode, 2)
        self.assertEqual(run("explain", "14", "--list").returncode, 2)
        self.assertEqual(run("explain", "14", "1", "2").returncode, 2)

    def test_all_in_the_list_can_be_explained_by_either_name(self):
        lines = run("explain", "--list").stdout.splitlines()
        self.assertGreater(len(lines), 250)
        for line in lines[::25]:
            code, name = line.split()[:2]
            with self.subTest(name):
                self.assertTrue(run("explain", code).stdout.startswith(f"{code}  {name}\n"))
                self.assertEqual(run("explain", name).stdout, run("explain", code).stdout)


if __name__ == "__main__":
    unittest.main()
