"""The console of the emulator in headless Chromium: a person plays users, the test is the bot.

Skipped (status 77) where chromium or chromedriver is missing.
"""

import http.server
import json
import threading
import unittest

from browser import skip_without_browser
from console_page import ENTER, INLINE, KEYBOARD, ConsoleTest, named

TAB = "\ue004"
CAROUSEL = {"type": "carousel", "elements": [
    {"title": f"Tea {number}", "description": "A cup", "buttons": [
        {"action": {"type": "text", "label": f"Take {number}", "payload": "{}"}}]}
    for number in range(8)
]}  # fmt: skip


class InTheConsole(ConsoleTest):
    def event_id(self):
        """Of the newest press."""
        events = self.emulator.ask("/_emulator/feed?wait=0")["events"]
        presses = [event for event in events if event["kind"] == "pressed"]
        return presses[-1]["details"]["event_id"]

    def test_a_text_and_its_answer_appear(self):
        self.open()
        self.say("hello, bot")
        self.see("hello, bot", named("conversation"))
        self.bot(message="hello, Anna")
        self.see("hello, Anna")
        self.browser.find(named("message") + " " + named("read"))

    def test_buttons_of_the_keyboard(self):
        self.open()
        self.browser.press(named("start-button"))
        self.see("Start")
        self.bot(message="choose", keyboard=KEYBOARD)
        self.press_key("Ping")
        self.browser.find(named("spinner"))
        self.bot("messages.sendMessageEventAnswer", event_id=self.event_id(), user_id=2, peer_id=2,
                 event_data={"type": "show_snackbar", "text": "pong!"})  # fmt: skip
        self.see("pong!", named("snackbar"))
        self.browser.until("!document.querySelector('[data-test=spinner]')")
        self.bot("messages.edit", peer_id=2, cmid=2, message="chosen", keyboard=KEYBOARD)
        self.see("chosen")
        self.see("choose", gone=True)
        self.browser.find(f"{named('message')} {named('edited')}")
        self.press_key("Menu")
        self.see("Menu")
        self.browser.until("!document.querySelector('[data-test=keyboard]')")

    def test_a_press_that_nobody_answers_ends_with_its_minute(self):
        self.open()
        self.say("hello")
        self.bot(message="buy?", keyboard=INLINE)
        self.press_key("Buy")
        self.browser.find(named("spinner"))
        self.emulator.ask("/_emulator/clock", b'{"advance": 60}')
        self.see("Nobody answered", named("snackbar"))
        self.browser.until("!document.querySelector('[data-test=spinner]')")

    def test_a_carousel_scrolls_and_an_old_client_has_no_inline_keyboard(self):
        self.open()
        self.say("hello")
        self.bot(message="our tea", template=CAROUSEL)
        self.see("Tea 7", named("carousel-card"))
        self.browser.run(
            "const row = document.querySelector('[data-test=carousel]'); row.scrollLeft = 9999")
        self.browser.until("document.querySelector('[data-test=carousel]').scrollLeft > 500")
        self.press_key("Take 7")
        self.see("Take 7")
        self.bot(message="buy?", keyboard=INLINE)
        self.browser.find(named("inline-keyboard"))
        self.browser.run("const list = document.querySelector('[data-test=client]');"
                         "list.value = 'no_inline'; list.dispatchEvent(new Event('change'))")
        self.browser.until("!document.querySelector('[data-test=inline-keyboard]')")

    def test_dropped_files_become_attachments(self):
        self.open()
        self.say("hello")
        self.browser.run("""
            const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 30});
            const bytes = Uint8Array.from(atob(canvas.toDataURL().split(',')[1]), x => x.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], 'cat.png', {type: 'image/png'}));
            data.items.add(new File(['tea'], 'notes.txt', {type: 'text/plain'}));
            document.querySelector('.chat').dispatchEvent(
              new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));""")
        self.browser.until("document.querySelectorAll('[data-test=pending-file]').length === 2")
        self.browser.press(named("send"))
        self.browser.until("document.querySelector('[data-test=picture]').naturalWidth === 40")
        address = self.browser.run("return document.querySelector('[data-test=document]').href")
        self.assertIn("/_files/", address)
        self.assertEqual(self.browser.ask("POST", "/execute/async", {"args": [address], "script": """
            const [address, done] = arguments;
            fetch(address).then((reply) => reply.text()).then(done, (error) => done(String(error)));
            """}), "tea")
        self.browser.press(named("attach"))
        self.browser.press(named("attach-voice"))
        self.browser.find(named("voice"))

    def test_two_people_see_each_other(self):
        self.open("chat/u2/3")
        self.browser.press(named("add-column"))
        self.browser.press(named("column-of-3"))
        self.browser.until("document.querySelectorAll('[data-test=column]').length === 2")
        self.say("from Anna", 1)
        badge = "document.querySelector('[data-test=column]:nth-child(2) [data-test=unread]')"
        self.browser.until(f"{badge}.textContent === '1'")
        self.browser.press("[data-test=column]:nth-child(2) [data-peer='2']")
        self.browser.until(f"!{badge}")
        self.browser.find(f"[data-test=column]:nth-child(1) {named('message')} {named('read')}")
        self.check_changes_in_both()

    def check_changes_in_both(self):
        def menu(action):
            self.browser.run(
                "document.querySelector('[data-test=column] [data-test=message-menu]').click()")
            self.browser.press(named(action))

        def in_both(condition):
            columns = "[...document.querySelectorAll('[data-test=column]')]"
            self.browser.until(f"{columns}.every(column => {condition})")

        menu("react-2")
        in_both("column.querySelector('[data-test=reaction]')")
        menu("menu-edit")
        self.browser.type("[data-test=column]:nth-child(1) [data-test=composer]", "!!" + ENTER)
        in_both("column.querySelector('[data-test=edited]') && "
                "column.querySelector('[data-test=text]').textContent === 'from Anna!!'")
        menu("menu-reply")
        self.browser.type("[data-test=column]:nth-child(1) [data-test=composer]", "second" + ENTER)
        in_both("column.querySelector('[data-test=reply]')")
        menu("menu-delete-all")
        in_both("column.querySelectorAll('[data-test=message]').length === 1")

    def test_the_timeline_links_cause_and_effect(self):
        self.open()
        self.say("hello")
        self.bot(message="hi", random_id=7)
        self.see("hi")
        self.browser.press(named("tab-inspector"))
        self.browser.press(f"{named('inspector')} {named('row-call')}")
        self.see("hi", named("parameters"))
        kinds = "[...document.querySelectorAll('[data-test=chain-link]')].map(x => x.dataset.kind)"
        self.browser.until(f"{kinds}.join() === 'message_sent,messages.send,read,message_sent'")
        self.browser.press(named("copy-test"))
        self.browser.until("document.querySelector('[data-test=copied-text]').value"
                           ".includes('vkxx::call{\"messages.send\"}')")
        self.browser.press(named("copy-curl"))
        self.browser.until("document.querySelector('[data-test=copied-text]').value"
                           ".startsWith('curl ')")
        self.browser.press(named("edit-again"))
        self.browser.run("document.querySelector('[data-test=changes]').value = "
                         "'v=5.199\\npeer_id=2\\nrandom_id=0\\nmessage=changed'")
        self.browser.press(named("dialog-ok"))
        self.see("changed", named("parameters"))
        self.browser.until("document.querySelector('[data-test=lint-note]')")
        self.browser.press(named("tab-chat"))
        self.see("changed")

    def test_a_press_leads_to_its_event_and_the_answer(self):
        self.open()
        self.say("hello")
        self.bot(message="buy?", keyboard=INLINE)
        self.press_key("Buy")
        self.browser.find(named("spinner"))
        self.bot("messages.sendMessageEventAnswer", event_id=self.event_id(), user_id=2, peer_id=2,
                 event_data={"type": "show_snackbar", "text": "sold"})  # fmt: skip
        self.see("sold", named("snackbar"))
        self.browser.press(named("tab-inspector"))
        answer = "[...document.querySelectorAll('[data-test=inspector] [data-test=row-call]')]" \
                 ".find(row => row.textContent.includes('sendMessageEventAnswer'))"
        self.browser.until(answer)
        self.browser.run(f"({answer}).click()")
        kinds = "[...document.querySelectorAll('[data-test=chain-link]')].map(x => x.dataset.kind)"
        self.browser.until(f"{kinds}.includes('messages.sendMessageEventAnswer')")
        self.browser.until(f"{kinds}.indexOf('pressed') >= 0 && {kinds}.indexOf('pressed') < "
                           f"{kinds}.indexOf('messages.sendMessageEventAnswer')")
        self.browser.until(f"{kinds}.at(-1) === 'press_answered'")

    def test_again_calls_again(self):
        self.open()
        self.bot(message="once", random_id=0)
        self.see("once")
        self.browser.press(named("tab-inspector"))
        self.browser.press(f"{named('inspector')} {named('row-call')}")
        self.browser.press(named("again"))
        calls = "document.querySelectorAll('[data-test=inspector] [data-test=row-call]').length"
        self.browser.until(f"{calls} === 2")
        self.browser.press(named("tab-chat"))
        self.browser.until("document.querySelectorAll('[data-test=message]').length === 2")

    def test_an_hour_later_a_callback_is_retried(self):
        received = []

        class Bot(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                kind = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["type"]
                received.append(kind)
                answer = confirmation if kind == "confirmation" else "broken"
                self.send_response(200 if kind == "confirmation" else 500)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bot)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        confirmation = self.bot("groups.getCallbackConfirmationCode", group_id=1)["response"]["code"]
        self.bot("groups.addCallbackServer", group_id=1, title="bot",
                 url=f"http://127.0.0.1:{server.server_port}/")  # fmt: skip
        attempts = "/_emulator/transports/1/callbacks?wait=25"
        first = self.emulator.ask(attempts)["items"][-1]
        self.open()
        self.say("hello")
        last = first["number"]
        while "message_new" not in received:
            last = self.emulator.ask(f"{attempts}&since={last}")["items"][-1]["number"]
        self.browser.press(named("tab-faults"))
        self.browser.press(named("plus-hour"))
        while received.count("message_new") < 2:
            last = self.emulator.ask(f"{attempts}&since={last}")["items"][-1]["number"]

    def test_faults_and_time(self):
        self.open("faults")
        self.browser.press(named("preset-4"))
        self.see("error=901:messages.send", named("fault"))
        self.assertEqual(self.bot(message="no")["error"]["error_code"], 901)
        before = self.emulator.ask("/_emulator/clock")["now"]
        # Other tests may have moved the clock, and nothing moves it back.
        ahead = "document.querySelector('[data-test=clock-state]').textContent"
        shown = self.browser.run(f"return {ahead}")
        self.browser.press(named("plus-hour"))
        self.browser.until(f"{ahead} !== {json.dumps(shown)} && {ahead}.includes('ahead by')")
        self.assertGreater(self.emulator.ask("/_emulator/clock")["now"], before + 3599)
        self.browser.press(named("tab-inspector"))
        self.browser.find(f"{named('inspector')} .failed{named('row-call')}")

    def test_an_event_by_hand(self):
        self.open("faults")
        self.browser.press(named("inject"))
        self.see("Event 1", named("notices"))
        events = self.emulator.ask("/_emulator/feed?wait=0")["events"]
        self.assertEqual(events[0]["details"]["type"], "message_new")

    def test_a_feed_that_breaks_loses_nothing_and_repeats_nothing(self):
        self.open()
        self.say("before")
        self.browser.run("window.real = fetch; window.fetch = () => Promise.reject(new Error('cut'))")
        self.bot(message="one")
        self.browser.find("[data-test=connection][data-state=lost]")
        self.bot(message="two")
        self.browser.run("window.fetch = window.real")
        self.see("two")
        texts = "[...document.querySelectorAll('[data-test=text]')].map(x => x.textContent).join()"
        self.browser.until(f"{texts} === 'before,one,two'")
        sent = "document.querySelectorAll('[data-test=drawer] [data-kind=message_sent]').length"
        self.browser.until(f"{sent} === 3")

    def test_a_burst_after_a_break_is_shown_whole(self):
        self.open()
        self.say("before")
        self.browser.run("window.real = fetch; window.fetch = () => Promise.reject(new Error('cut'))")
        self.bot(message="number 0")
        self.browser.find("[data-test=connection][data-state=lost]")
        for number in range(1, 230):
            self.bot(message=f"number {number}")
        self.browser.run("window.fetch = window.real")
        self.see("number 229")
        self.browser.until("document.querySelectorAll('[data-test=message]').length === 231")

    def test_an_old_message_that_changes_stands_before_no_gap(self):
        for number in range(200):
            self.bot(message=f"number {number}")
        self.open()
        self.see("number 199")
        self.emulator.ask("/_emulator/people/2/react",
                          b'{"to": -1, "cmid": 1, "reaction_id": 1}')
        self.bot(message="after")
        self.see("after")
        shown = self.browser.run("return [...document.querySelectorAll('[data-test=message]')]"
                                 ".map(message => Number(message.dataset.cmid))")
        # The list may have grown upwards meanwhile; it has no gap in any case.
        self.assertEqual(shown, list(range(shown[0], 202)))

    def test_pictures_load_and_leave_the_newest_message_in_sight(self):
        self.open()
        loaded = "[...document.querySelectorAll('[data-test={}]')].some(node => node.naturalWidth > 0)"
        for number in range(3):
            self.bot(message=f"look {number}", attachment=f"photo1_{777 + number}")
            self.see(f"look {number}")
        self.bot(sticker_id=9)
        self.browser.until(loaded.format("picture"))
        self.browser.until(loaded.format("sticker"))
        log = f"document.querySelector({json.dumps(named('log'))})"
        self.browser.until(f"{log}.scrollHeight > {log}.clientHeight")
        self.browser.until(f"{log}.scrollHeight - {log}.scrollTop - {log}.clientHeight < 60")
        # They are no requests of a program.
        self.assertNotIn("/sample/", self.emulator.records())
        # One that is drawn again: the list is shorter for a moment, and the event of that comes when
        # it is long again. Nobody has scrolled.
        self.browser.run(f"""
            const log = {log};
            window.picture = log.querySelector("[data-test=picture]");
            window.scrolled = 0;
            log.addEventListener("scroll", () => window.scrolled++);
            window.picture.style.maxHeight = "none";
            window.picture.style.height = "1px";
            window.shorter = log.scrollHeight;
            window.picture.style.height = "900px";""")
        self.browser.until("window.scrolled > 0")
        self.browser.run("window.picture.dispatchEvent(new Event('load'));")
        self.browser.until(f"{log}.scrollHeight - {log}.scrollTop - {log}.clientHeight < 60")

    def test_texts_are_data(self):
        self.open()
        script = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
        for text in (script, "🍵" * 2000, "שלום עולם", "x" * 4000):
            self.bot(message=text)
        self.see(script)
        self.see("xxxx")
        self.assertIsNone(self.browser.run("return window.ran ?? null"))
        self.assertTrue(self.browser.run(
            "return [...document.querySelectorAll('[data-test=text]')]"
            ".every(text => text.scrollWidth <= text.clientWidth + 1)"))

    def test_it_fits_a_small_screen_and_has_names(self):
        self.open("start")
        self.browser.resize(500, 800)
        # Windows are at least 500 wide.
        self.browser.run("document.documentElement.style.width = '360px'")
        for view in ("start", "faults", "inspector", "chat"):
            self.browser.press(named(f"tab-{view}"))
            for theme in ("light", "dark"):
                with self.subTest(view=view, theme=theme):
                    self.browser.run("document.documentElement.dataset.theme = arguments[0]", theme)
                    self.assertEqual(self.browser.run(CHECKS, 360), [])

    def test_the_keyboard_reaches_everything_in_order(self):
        self.open()
        self.say("hello")
        self.bot(message="buy?", keyboard=INLINE)
        self.see("buy?")
        self.assertEqual(self.browser.run(
            "return [...document.querySelectorAll('[tabindex]')].filter(x => x.tabIndex > 0).length"),
            0)  # fmt: skip
        self.browser.run("document.querySelector('.skip').focus()")
        reached = []
        for _ in range(80):
            self.browser.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
                {"type": "keyDown", "value": TAB}, {"type": "keyUp", "value": TAB}]}]})
            reached.append(self.browser.run(FOCUSED))
            if reached[-1] is None or reached[-1]["name"] == "composer":
                break
        self.assertTrue(reached[-1] and reached[-1]["name"] == "composer", reached)
        self.assertIn("key", [one["name"] for one in reached])
        self.assertEqual([one for one in reached if not one["visible"]], [])
        places = [one["place"] for one in reached]
        self.assertEqual(places, sorted(places))

    def test_it_speaks_russian(self):
        self.open("start")
        self.browser.press(named("language"))
        self.see("Чат", named("tab-chat"))
        self.assertEqual(self.browser.run("return document.documentElement.lang"), "ru")

    def test_notices_outlive_a_change_of_the_language(self):
        self.open("start")
        self.browser.press(named("help"))
        self.see("new user", named("notices"))
        self.browser.press(named("language"))
        self.browser.press(named("help"))
        self.see("пользователь", named("notices"))


# The element with the focus: its place in the document, and whether the focus can be seen.
FOCUSED = """
const node = document.activeElement;
if (!node || node === document.body) return null;
const style = getComputedStyle(node);
const box = node.getBoundingClientRect();
return {
  name: node.dataset.test ?? node.className,
  place: [...document.querySelectorAll('*')].indexOf(node),
  visible: box.width > 0 && (style.outlineStyle !== 'none' || style.boxShadow !== 'none' ||
    Boolean(node.closest(':focus-within:not(body, html, main)') &&
      getComputedStyle(node.parentElement).boxShadow !== 'none')),
};"""

# What an automatic check of accessibility finds: names, labels, contrast, width.
CHECKS = r"""
const width = arguments[0];
const faults = [];
const shown = (node) => node.checkVisibility();
for (const node of document.querySelectorAll('button, a[href], input, select, textarea')) {
  if (!shown(node) || node.type === 'file') continue;
  const name = node.getAttribute('aria-label') || node.title || node.textContent.trim() ||
    node.closest('label')?.textContent.trim();
  if (!name) faults.push(`no name: ${node.outerHTML.slice(0, 120)}`);
}
const parse = (color) => {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
};
const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
  .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== 'none') return undefined;
    const color = parse(style.backgroundColor);
    if (color[3] === 255) return color;
    if (color[3] > 0) return undefined;
  }
  return [255, 255, 255];
};
for (const node of document.querySelectorAll('body *')) {
  const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  if (!own || !shown(node) || node.matches('option, .off-screen, .skip')) continue;
  const back = behind(node);
  if (!back) continue;
  const [a, b] = [light(parse(getComputedStyle(node).color)), light(back)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${node.outerHTML.slice(0, 120)}`);
}
for (const node of document.querySelectorAll('main > :not([hidden]) *')) {
  const box = node.getBoundingClientRect();
  const scrolls = node.closest('.scroller, .columns, .carousel, pre');
  if (shown(node) && !scrolls && box.width && box.right > width + 1) {
    faults.push(`wider than ${width}: ${node.outerHTML.slice(0, 120)}`);
  }
}
return faults.slice(0, 5);
"""


if __name__ == "__main__":
    skip_without_browser()
    unittest.main()
