"""`vkxx upload`: files from the command line to an emulator."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import unittest

from program import TIMEOUT, VKXX, WithEmulator, environment, everything_from, open_terminal, run


def png(width, height):
    """The header of a picture."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + bytes(9)


class Uploads(WithEmulator):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def upload(self, *arguments, token=None, **options):
        token = self.emulator.token if token is None else token
        return run("upload", *arguments, "--emulator", self.emulator.url, token=token, **options)

    def uploaded(self, *arguments, **options):
        done = self.upload(*arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def sent_files(self):
        """What the upload servers got, one text for each file."""
        return [
            value
            for request in self.emulator.requests()
            if request["target"].startswith("/upload/")
            for _, value in request["parameters"]
        ]

    def test_a_photo_for_a_wall(self):
        [line] = self.uploaded("photo", self.file("cat.jpg", png(640, 480)), "--to", "wall")
        self.assertRegex(line, r"^photo1_\d+")
        self.assertEqual(self.sent_files(), ["cat.png (image/png, 33 bytes)"])

    def test_places_decide_on_the_kind(self):
        picture = self.file("a.png", png(300, 300))
        text = self.file("a.txt", b"text")
        for arguments, method in [
            (["photo", picture], "photos.getMessagesUploadServer"),
            (["photo", picture, "--to", "2"], "photos.getMessagesUploadServer"),
            (["photo", picture, "--to", "wall:1"], "photos.getWallUploadServer"),
            (["photo", picture, "--to", "album:-15"], "photos.getUploadServer"),
            (["document", text], "docs.getUploadServer"),
            (["document", text, "--to", "wall"], "docs.getWallUploadServer"),
            (["document", text, "--to", "2"], "docs.getMessagesUploadServer"),
            (["story", picture, "--set", "add_to_news=1"], "stories.getPhotoUploadServer"),
            (["owner_photo", picture], "photos.getOwnerPhotoUploadServer"),
        ]:
            with self.subTest(arguments=arguments):
                self.emulator.control("reset", {}, "POST")
                self.assertEqual(len(self.uploaded(*arguments)), 1)
                self.assertEqual(self.emulator.requests()[0]["target"], "/method/" + method)

    def test_photos_of_an_album_go_five_at_a_time(self):
        files = [self.file(f"{i}.png", png(100 + i, 100)) for i in range(7)]
        lines = self.uploaded("photo", *files, "--to", "album:-15")
        self.assertEqual([line.count("photo") for line in lines], [5, 2])
        self.assertEqual(len(self.sent_files()), 7)

    def test_json(self):
        path = self.file("a.txt", b"text")
        [line] = self.uploaded("document", path, "--json", "--set", "title=Letter")
        printed = json.loads(line)
        self.assertEqual(printed["kind"], "document")
        self.assertEqual(printed["files"], ["a.txt"])
        self.assertRegex(printed["attachment"], r"^doc1_\d+")
        self.assertEqual(printed["response"]["doc"]["title"], "Letter")
        self.assertFalse(printed["maybe_doubled"])

    def test_standard_input(self):
        self.assertEqual(len(self.uploaded("document", "-", "--name", "dump.txt", stdin="a text")), 1)
        self.assertEqual(self.sent_files(), ["dump.txt (text/plain, 6 bytes)"])

    def test_standard_input_that_cannot_be_read(self):
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        done = subprocess.run(
            [VKXX, "upload", "document", "-", "--unchecked", "--emulator", self.emulator.url],
            stdin=folder,
            capture_output=True,
            env=environment(self.emulator.token),
            encoding="utf-8",
            timeout=TIMEOUT,
        )
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("standard input cannot be read", done.stderr)
        self.assertEqual(self.sent_files(), [])

    def test_a_store(self):
        path = self.file("a.txt", b"text")
        store = str(self.folder / "store")
        first = self.uploaded("document", path, "--store", store)
        self.assertEqual(self.uploaded("document", path, "--store", store), first)
        self.assertEqual(len(self.sent_files()), 1)

    def test_a_store_is_not_shared_between_accounts(self):
        picture = self.file("cat.png", png(640, 480))
        store = ["--store", str(self.folder / "store")]
        [mine] = self.uploaded("photo", picture, *store)
        other = self.emulator.tokens["user 2"]
        [theirs] = self.uploaded("photo", picture, *store, token=other)
        self.assertNotEqual(mine, theirs)
        self.assertEqual(self.uploaded("photo", picture, *store), [mine])
        self.assertEqual(len(self.sent_files()), 2)

    def test_a_link(self):
        [line] = self.uploaded("video_link", "--set", "link=https://example.com/film")
        self.assertRegex(line, r"^video1_\d+")

    def test_a_refusal(self):
        self.emulator.fault("upload_error=7")
        done = self.upload("photo", self.file("cat.png", png(640, 480)), "--json")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        failure = json.loads(done.stderr)["error"]
        self.assertEqual(failure["kind"], "upload_refused")
        self.assertEqual(failure["outcome"], "rejected")
        self.assertIn("ERR_UPLOAD_BAD_IMAGE_SIZE", failure["message"])

    def test_mistakes(self):
        picture = self.file("a.png", png(300, 300))
        for arguments, words in [
            (["photo"], "FILE is missing"),
            (["foto", picture], "no kind of upload"),
            (["photo", picture, "--to", "moon"], "--to moon: expected"),
            (["photo", picture, "--to", "album:x"], "--to album:x: expected"),
            (["audio_message", picture, "--to", "album:1"], "not for such a place"),
            (["video_link", picture], "takes no file"),
            (["photo", picture, "--set", "album=1"], "there is no parameter `album`"),
            (["photo", picture, picture, "--name", "b.png"], "single file"),
            (["document", "-", "-"], "once only"),
            (["photo", picture, "--to", ""], "--to is empty"),
            (["document", picture, "--name", ""], "--name is empty"),
            (["document", picture, str(self.folder / "missing")], "missing cannot be uploaded: No"),
            (["document", str(self.folder)], "it is not a regular file"),
            (["document", "/dev/zero"], "it is not a regular file"),
        ]:
            with self.subTest(arguments=arguments):
                done = self.upload(*arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(words, done.stderr)
        self.assertEqual(self.sent_files(), [])

    def test_what_was_saved_is_told_if_it_cannot_be_printed(self):
        for arguments in ([], ["--json"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = self.upload("document", self.file("a.txt", b"a"), *arguments, stdout=full)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, "No space left on device; VK saved a.txt as doc1_")
        self.emulator.control("reset", {}, "POST")
        files = [self.file(f"{i}.txt", b"%d" % i) for i in range(4)]
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.upload("document", *files, stdout=full)
        for file in self.sent_files():
            self.assertIn(f"VK saved {file.split()[0]} as doc1_", done.stderr)

    def test_the_first_failure_ends_it(self):
        files = [self.file("a.txt", b"a"), self.file("empty", b""), self.file("b.txt", b"b")]
        done = self.upload("document", *files)
        self.assertEqual(done.returncode, 2)
        # What was begun before it is done, and shown.
        self.assertEqual(len(done.stdout.splitlines()), len(self.sent_files()))
        self.assertIn("empty", done.stderr)
        many = [self.file("empty", b"")] + [self.file(f"{i}.txt", b"b") for i in range(20)]
        done = self.upload("document", *many)
        self.assertEqual(done.returncode, 2)
        self.assertLess(len(done.stdout.splitlines()), 20)

    def test_each_failure_is_told_with_its_file(self):
        files = [self.file("a.txt", b"a"), self.file("b.txt", b"b")]
        files += [self.file(f"{i}.txt", b"%d" % i) for i in range(20)]
        self.emulator.fault("error=15:docs.save*0")
        done = self.upload("document", *files)
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        lines = done.stderr.splitlines()
        self.assertIn("vkxx: a.txt: docs.save: 15. ", lines[0])
        not_begun = lines[-1].removeprefix("vkxx: not begun: ").split(", ")
        told = [line.split(": ")[1] for line in lines[:-1]] + not_begun
        self.assertEqual(told, [os.path.basename(file) for file in files])
        done = self.upload("document", *files[:1], "--json")
        failure = json.loads(done.stderr)["error"]
        self.assertEqual((failure["files"], failure["method"]), (["a.txt"], "docs.save"))

    def test_files_of_a_message_go_side_by_side_and_are_shown_in_order(self):
        files = [self.file(f"{i}.txt", b"%d" % i) for i in range(5)]
        self.emulator.fault("silent:docs.getMessagesUploadServer*0")
        process = subprocess.Popen(
            [VKXX, "upload", "document", *files, "--to", "2", "--emulator", self.emulator.url],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            env=environment(self.emulator.token))  # fmt: skip
        self.addCleanup(lambda: process.poll() is None and process.kill())
        for _ in range(int(TIMEOUT / 0.02)):
            if len(self.emulator.requests()) >= 4:
                break
            threading.Event().wait(0.02)
        self.assertEqual(len(self.emulator.requests()), 4)
        process.send_signal(signal.SIGTERM)
        output, messages = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, output), (143, ""), messages)
        self.assertIn("VK did not save the file", messages)
        self.emulator.control("faults", method="DELETE")
        lines = self.uploaded("document", *files, "--to", "2", "--json")
        names = [json.loads(line)["files"] for line in lines]
        self.assertEqual(names, [[f"{i}.txt"] for i in range(5)])

    def test_a_signal_hides_no_other_failure(self):
        files = [self.file(f"{i}.txt", b"%d" % i) for i in range(2)]
        self.emulator.fault("error=15:docs.getUploadServer*1")
        self.emulator.fault("silent:/upload/document")
        process = subprocess.Popen(
            [VKXX, "upload", "document", *files, "--emulator", self.emulator.url],
            stderr=subprocess.PIPE, encoding="utf-8",
            env=environment(self.emulator.token))  # fmt: skip
        self.addCleanup(lambda: process.poll() is None and process.kill())
        for _ in range(int(TIMEOUT / 0.02)):
            if len(self.emulator.requests()) >= 3:
                break
            threading.Event().wait(0.02)
        self.assertEqual(len(self.emulator.requests()), 3)
        process.send_signal(signal.SIGTERM)
        _, messages = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 143)
        self.assertRegex(messages, r"vkxx: [01]\.txt: docs\.getUploadServer: 15\. ")
        self.assertIn("interrupted; VK did not save the file\n", messages)

    def test_a_signal(self):
        self.emulator.fault("silent:/upload/document")
        process = subprocess.Popen(
            [VKXX, "upload", "document", self.file("a.txt", b"a"), "--emulator", self.emulator.url],
            stderr=subprocess.PIPE,
            env=environment(self.emulator.token),
            encoding="utf-8",
        )
        self.emulator.wait_for_request()
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 130)
        self.assertIn("VK did not save the file", messages)

    def test_a_progress_bar_on_a_terminal(self):
        path = self.file("long.txt", b"a" * 3_000_000)
        ours, theirs = open_terminal()
        try:
            done = subprocess.run(
                [VKXX, "upload", "document", path, "--emulator", self.emulator.url],
                stdout=subprocess.PIPE,
                stderr=theirs,
                env=environment(self.emulator.token),
                timeout=TIMEOUT,
            )
            os.close(theirs)
            shown = everything_from(ours)
        finally:
            os.close(ours)
        self.assertEqual(done.returncode, 0)
        self.assertIn("long.txt", shown)
        self.assertIn("100% [####################]", shown)
        self.assertTrue(shown.endswith("\x1b[K"), f"the line is removed: {shown!r}")


if __name__ == "__main__":
    unittest.main()
