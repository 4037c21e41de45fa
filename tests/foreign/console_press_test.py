"""The console while a person presses, reads and chooses: nothing that comes takes it from under the hand.

Skipped (status 77) where chromium or chromedriver is missing.
"""

import unittest

from browser import skip_without_browser
from console_page import INLINE, KEYBOARD, ConsoleTest, named

OTHER_KEYBOARD = {"buttons": [[
    {"action": {"type": "text", "label": "Delete all", "payload": "{}"}, "color": "negative"},
]]}  # fmt: skip
ROWS = "[...document.querySelectorAll('[data-test=inspector] [data-test=row-call]')]"
LINKS = "[...document.querySelectorAll('[data-test=chain-link]')]"
TEXTS = "[...document.querySelectorAll('[data-test=log] [data-test=text]')].map(x => x.textContent).join()"
NO_ANSWER = "new Response('{\"error\": \"broken\"}', {status: 500})"


class UnderThePointer(ConsoleTest):
    """A button is held; what comes reaches the page; the button is let go: the press counts."""

    def open_call(self):
        self.open()
        self.bot(message="first", random_id=0)
        self.see("first")
        self.browser.press(named("tab-inspector"))
        self.browser.press(f"{named('inspector')} {named('row-call')}")
        self.browser.find(named("again"))

    def call_unseen(self, message):
        """The bot calls; the call, its event and what the linter says of it have reached the page."""
        calls = self.browser.run("return known.requests.length")
        self.bot(message=message, random_id=0)
        self.browser.until(f"known.requests.length > {calls} &&"
                           " known.requests.every(call => known.notes.has(call.number))")

    def test_a_button_of_the_detail(self):
        self.open_call()
        self.browser.hold(named("again"))
        self.call_unseen("second")
        self.browser.let_go()
        self.browser.until(f"{ROWS}.length === 3")
        self.browser.find(named("lint-note"))
        self.assertEqual(len(self.emulator.ask("/_emulator/requests")), 3)

    def test_a_row_of_the_timeline(self):
        self.open_call()
        self.bot(message="second", random_id=0)
        self.browser.until(f"{ROWS}.length === 2")
        key = self.browser.value(f"{ROWS}[1].dataset.key")
        self.browser.hold(f"{named('inspector')} [data-key='{key}']")
        self.call_unseen("third")
        self.browser.let_go()
        self.see("second", named("parameters"))
        self.browser.until(f"{ROWS}.length === 3 && {ROWS}[1].getAttribute('aria-current') === 'true'")

    def test_a_conversation(self):
        self.open()
        self.bot(message="first")
        self.browser.until("document.querySelector('[data-test=conversations]')"
                           ".firstChild.dataset.peer === '-1'")
        self.browser.hold("[data-test=conversation][data-peer='3']")
        events = self.browser.run("return known.events.length")
        self.emulator.ask("/_emulator/people/3/say", b'{"to": 2, "text": "from Boris"}')
        self.emulator.ask("/_emulator/people/1/say", b'{"to": 2, "text": "from Ivan"}')
        self.browser.until(f"known.events.length >= {events} + 2")
        self.browser.let_go()
        self.see("from Boris")
        self.see("from Ivan", named("conversation"))

    def test_a_button_of_a_keyboard(self):
        self.open()
        self.bot(message="choose", keyboard={**KEYBOARD, "one_time": False})
        self.see("Menu", named("key"))
        self.browser.hold(f"{named('keyboard')} {named('key')}:first-child")
        self.bot(message="no hurry")
        self.browser.until("known.events.some(event => event.text === 'no hurry')")
        self.browser.let_go()
        self.browser.until(f"{TEXTS} === 'choose,no hurry,Menu'")

    def test_a_keyboard_that_has_changed_meanwhile(self):
        self.open()
        self.bot(message="choose", keyboard={**KEYBOARD, "one_time": False})
        self.see("Menu", named("key"))
        self.browser.hold(f"{named('keyboard')} {named('key')}:first-child")
        self.bot(message="sure?", keyboard=OTHER_KEYBOARD)
        self.browser.until("known.events.some(event => event.text === 'sure?')")
        self.browser.let_go()
        self.see("no button has this label", named("notices"))
        self.see("Delete all", named("key"))
        self.assertEqual(self.browser.value(TEXTS), "choose,sure?")

    def test_an_inline_button_of_a_message_that_is_edited(self):
        self.open()
        self.say("hello")
        self.bot(message="buy?", keyboard=INLINE)
        self.browser.hold(f"{named('inline-keyboard')} {named('key')}")
        self.bot("messages.edit", peer_id=2, cmid=2, message="buy now?", keyboard=INLINE)
        self.browser.until("known.events.some(event => event.kind === 'message_edited')")
        self.browser.let_go()
        self.browser.find(named("spinner"))
        self.see("buy now?")

    def test_what_is_drawn_while_nothing_is_held_keeps_its_nodes(self):
        self.open_call()
        self.browser.run("window.kept = [...document.querySelectorAll("
                         "'[data-test=again], [data-test=inspector] [data-test=row-call]')]")
        self.bot(message="second", random_id=0)
        self.browser.find(named("lint-note"))
        self.browser.until(f"{ROWS}.length === 2")
        self.assertTrue(self.browser.value("kept.length === 2 && kept.every(node => node.isConnected)"))


class ReadingAndChoosing(ConsoleTest):
    def open_event(self):
        self.open()
        self.say("hello")
        self.browser.press(named("tab-inspector"))
        self.browser.press(f"{named('inspector')} [data-kind=message_sent]")
        self.see("hello", named("json"))

    def test_the_chain_grows_while_it_is_read(self):
        self.open_event()
        self.bot(message="answer")
        self.browser.until(f"{LINKS}.map(x => x.dataset.kind).join() ==="
                           " 'message_sent,messages.send,read,message_sent'")

    def test_a_selection_and_the_focus_survive(self):
        self.open_event()
        self.browser.run("const text = document.querySelector('[data-test=json]'); text.focus();"
                         "getSelection().setBaseAndExtent(text.firstChild, 0, text.firstChild, 9)")
        selected = self.browser.value("String(getSelection())")
        self.bot(message="answer")
        self.browser.until(f"{LINKS}.length === 4")
        self.assertEqual(self.browser.value("String(getSelection())"), selected)
        self.assertEqual(self.browser.value("document.activeElement.dataset.test"), "json")

    def test_what_was_opened_last_is_shown(self):
        self.open("chat/u2")
        # The first conversation is slow.
        self.browser.run("""
            window.real = fetch;
            window.held = new Promise((resolve) => { window.release = resolve; });
            window.fetch = async (address, ...rest) => {
              const answer = await real(address, ...rest);
              if (String(address).includes('conversations/3/')) { window.slow = true; await held; }
              return answer;
            };""")
        self.browser.press("[data-test=conversation][data-peer='3']")
        self.browser.until("window.slow")
        self.browser.press("[data-test=conversation][data-peer='-1']")
        self.browser.find(named("start-button"))
        self.browser.press(named("conversation-search"))
        self.browser.run("release()")
        self.browser.press(named("start-button"))
        self.see("Start")
        self.assertEqual(self.browser.value(TEXTS), "Start")

    def test_a_slow_answer_does_not_take_the_focus(self):
        self.open("chat/u2")
        self.browser.run("""
            window.real = fetch;
            window.held = new Promise((resolve) => { window.release = resolve; });
            window.fetch = async (address, ...rest) => {
              const answer = await real(address, ...rest);
              if (String(address).includes('conversations/-1/')) await held;
              return answer;
            };""")
        self.browser.press("[data-test=conversation][data-peer='-1']")
        self.browser.press(named("conversation-search"))
        self.browser.run("release()")
        self.browser.find(named("start-button"))
        self.browser.later("new Promise(requestAnimationFrame)")
        self.assertEqual(self.browser.value("document.activeElement.dataset.test"),
                         "conversation-search")

    def test_a_draft_belongs_to_its_conversation(self):
        self.open()
        self.browser.type(named("composer"), "not yet")
        self.browser.press(named("attach"))
        self.browser.press(named("attach-place"))
        self.browser.find(named("pending-file"))
        self.browser.press("[data-test=conversation][data-peer='3']")
        self.browser.until("!document.querySelector('[data-test=pending-file]')")
        self.assertEqual(self.browser.value("document.querySelector('[data-test=composer]').value"), "")
        self.browser.press("[data-test=conversation][data-peer='-1']")
        self.browser.press(named("language"))
        self.browser.find(named("pending-file"))
        self.assertEqual(self.browser.value("document.querySelector('[data-test=composer]').value"),
                         "not yet")

    def test_what_could_not_be_sent_is_not_lost(self):
        self.open()
        self.browser.run(f"window.real = fetch; window.fetch = async (address, ...rest) =>"
                         f" String(address).endsWith('/say') ? {NO_ANSWER} : real(address, ...rest)")
        self.browser.type(named("composer"), "important\ue007")
        self.see("broken", named("notices"))
        self.browser.until("document.querySelector('[data-test=composer]').value === 'important'")

    def test_faults_that_could_not_be_read_are_not_none(self):
        self.emulator.ask("/_emulator/faults", b'["error=9:messages.send"]')
        self.open("start")
        self.browser.run(f"window.real = fetch; window.fetch = async (address, ...rest) =>"
                         f" String(address).endsWith('/faults') ? {NO_ANSWER} : real(address, ...rest)")
        self.browser.press(named("tab-faults"))
        self.see("Not loaded: broken", named("faults"))
        self.see("No faults", named("faults"), gone=True)
        self.browser.run("window.fetch = real")
        # The fault is played, and is over.
        self.bot(message="no")
        self.see("No faults", named("faults"))

    def test_a_batch_of_the_feed_that_comes_twice(self):
        self.open()
        self.browser.run("""
            window.real = fetch;
            window.batches = [];
            const reply = (text) => new Response(text, {headers: {'Content-Type': 'application/json'}});
            window.fetch = async (address, ...rest) => {
              if (String(address).includes('feed')) {
                if (batches.length === 1) { batches.push(''); return reply(batches[0]); }
                const text = await (await real(address, ...rest)).text();
                if (JSON.parse(text).events.length) batches.push(text);
                return reply(text);
              }
              return real(address, ...rest);
            };""")
        # A request that was under way is answered as ever.
        self.say("hello")
        self.say("again")
        self.browser.until("batches.length >= 2")
        self.say("done")
        sent = "document.querySelectorAll('[data-test=drawer] [data-kind=message_sent]').length"
        self.browser.until(f"{sent} === 3")
        self.assertEqual(self.browser.value(TEXTS), "hello,again,done")

    def test_a_reset_shows_the_new_world(self):
        self.open()
        self.say("hello")
        self.browser.press(f"{named('drawer')} [data-kind=message_sent]")
        self.emulator.ask("/_emulator/reset", b"{}")
        self.browser.find(named("start-button"))
        self.browser.until("!document.querySelector('[data-test=drawer] [data-kind=message_sent]')")
        self.browser.until("!document.querySelector('[data-test=drawer] [data-test=json]')")
        self.say("hello again")
        self.assertEqual(self.browser.value(TEXTS), "hello again")

    def test_mentions_are_names_everywhere(self):
        self.open()
        self.say("hello")
        self.bot(message="ask [id16|Ivan], please")
        self.see("ask Ivan, please")
        self.see("ask Ivan, please", named("conversation"))
        self.bot(message="see above", forward={"peer_id": 2, "conversation_message_ids": [2]})
        self.browser.find(f"{named('forwarded')} .mention")
        self.bot(message="this one", forward={"peer_id": 2, "conversation_message_ids": [2],
                                              "is_reply": 1})  # fmt: skip
        self.browser.find(f"{named('reply')} .mention")
        self.assertNotIn("[id16", self.browser.text("[data-test=columns]"))

    def test_a_stream_of_events_does_not_put_off_the_lists(self):
        self.open()
        # An event each frame, for as long as the list has not followed.
        self.browser.run("""
            window.fed = () => {
              fetch('/_emulator/people/3/type', {method: 'POST', body: '{"to": 2}',
                headers: {'Content-Type': 'application/json'}}).then(() => window.over || fed());
            };
            fed(); fed();""")
        self.bot(message="news")
        self.see("news", named("conversation"))
        self.see("news", "[data-test=drawer] small")
        self.browser.run("window.over = true")


if __name__ == "__main__":
    skip_without_browser()
    unittest.main()
