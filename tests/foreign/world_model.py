"""A model of VK's conversations, made from its documentation; it shares nothing with the emulator.

Random schedules of calls run against an emulator over sockets; after some of them, everything that
everybody can see is compared with the model. W1 … W10 are the invariants of the emulator's world.
"""

import json
import random

from conversation_model import Conversation, Message
from line_replica import LineReplica, NewestReplica
from model_server import Poll, Wrong, walk

CHATS = 2_000_000_000
RANDOM_ID_WINDOW = 3600
DAY = 24 * 3600
# Errors.
WRONG, NO_ADMIN, NO_MEMBER = 100, 925, 935


class Schedule:
    """One world of three users and a community, and what happens in it."""

    def __init__(self, server, seed):
        self.server, self.random, self.seed = server, random.Random(seed), seed
        self.trace = []
        self.tokens, self.events, self.polls, self.newest = {}, {}, {}, {}
        self.users = []
        for _ in range(3):
            made = server.control("people", {"first_name": "User",
                                                 "last_name": f"N{seed}"})
            self.users.append(made["id"])
            self.tokens[made["id"]] = made["token"]
        made = server.control("communities", {"name": f"Club {seed}", "admins": [self.users[0]]})
        self.club = -made["id"]
        self.tokens[self.club] = made["token"]
        self.members = [*self.users, self.club]
        self.private, self.chats = {}, []
        self.blocked = set()  # (who, whom)
        self.time = self.now()
        self.number = 0
        self.refused = self.done = 0
        self.replicas = {user: LineReplica() for user in self.users}
        for member in self.members:
            self.events[member] = []
            self.begin_polls(member)

    # Time.
    def now(self):
        # The clock stands still, so that windows of time are exact.
        return int(self.server.control("clock")["now"])

    def advance(self, seconds):
        self.server.control("clock", {"advance": seconds})
        self.time = self.now()

    # Events.
    def begin_polls(self, member):
        if member < 0:
            answer = self.good(member, "groups.getLongPollServer", group_id=-member)
            self.polls[member] = Poll(self.server, answer)
        else:
            answer = self.good(member, "messages.getLongPollServer", lp_version=3)
            self.polls[member] = Poll(self.server, answer)
            self.newest[member] = Poll(self.server, answer, 19), NewestReplica()

    # Calls.
    def good(self, member, method, **parameters):
        response, error = self.server.call(self.tokens[member], method, **parameters)
        if error:
            raise Wrong(f"{method} {parameters} of {member}: {error}")
        return response

    def attempt(self, member, method, **parameters):
        response, error = self.server.call(self.tokens[member], method, **parameters)
        self.trace.append((member, method, parameters, error or response))
        if error:
            self.refused += 1
            if error[0] in (1, 10):
                raise Wrong(f"an internal error: {error}")
        else:
            self.done += 1
        return response, error

    def expect(self, condition, *what):
        if not condition:
            raise Wrong(" ".join(str(part) for part in what))

    def some(self, items):
        items = list(items)
        return self.random.choice(items) if items else None

    # Conversations.
    def between(self, one, other):
        return self.private.get(frozenset((one, other)))

    def everywhere(self):
        """(conversation, member) of all that exist."""
        found = [(talk, member) for talk in self.private.values() for member in talk.views]
        return found + [(talk, member) for talk in self.chats for member in talk.views]

    def some_place(self):
        return self.some(self.everywhere()) or (None, None)

    def peer(self, talk, member):
        if talk.chat:
            return talk.peers[member]
        return next((other for other in talk.views if other != member), member)

    def put(self, talk, author, text, random_id=0, action=None, extra=()):
        message = Message(talk.last + 1, author, text, self.time, random_id, action)
        talk.add(message, extra)
        for member in {*talk.members, *extra}:
            self.events[member].append(("new", talk, message.cmid))
        return message

    # What may happen.
    def write(self):
        self.number += 1
        text = f"m{self.number}"
        author = self.some(self.members)
        if self.chats and self.random.random() < 0.5:
            talk = self.some(self.chats)
            if author not in talk.views:
                return
            to, may = talk.peers[author], author in talk.members
        else:
            to = self.some(member for member in self.members if member != author)
            talk = self.between(author, to)
            # Of two users, neither writes to the other; who has blocked a community still may.
            may = (to, author) not in self.blocked and (to < 0 or (author, to) not in self.blocked)
        random_id = self.some([0, 0, 11, 12, 13])
        known = None
        if talk and random_id:
            known = next((message for message in talk.messages.values()
                          if message.author == author and message.random_id == random_id
                          and self.time - message.time < RANDOM_ID_WINDOW), None)
        more = {}
        if talk and self.random.random() < 0.2 and talk.visible(author):
            more["forward"] = json.dumps({"peer_id": to, "is_reply": 1, "conversation_message_ids":
                                          [self.some(talk.visible(author))]})
        response, error = self.attempt(author, "messages.send", peer_ids=to, message=text,
                                       random_id=random_id, **more)
        self.expect(not error, "send", error)
        item = response[0]
        self.expect(bool(item.get("error")) != may, "send as", author, "to", to,
                    item, "but may", may)
        if item.get("error"):
            return
        if not talk:
            talk = self.private[frozenset((author, to))] = Conversation([author, to])
            talk.peers = {author: to, to: author}
        if known:
            # W4: the same message again.
            self.expect(item["conversation_message_id"] == known.cmid, "repeated", item, known.cmid)
            return
        message = self.put(talk, author, text, random_id)
        if more:
            message.reply = json.loads(more["forward"])["conversation_message_ids"][0]
        # W1: without holes.
        self.expect(item["conversation_message_id"] == message.cmid, item, message.cmid)
        if item["message_id"]:
            talk.views[author].ids[message.cmid] = item["message_id"]

    def edit(self):
        talk, member = self.some_place()
        if not talk or not talk.visible(member):
            return
        cmid = self.some(talk.visible(member))
        message = talk.messages[cmid]
        self.number += 1
        text = f"e{self.number}"
        _, error = self.attempt(member, "messages.edit", peer_id=self.peer(talk, member), cmid=cmid,
                                message=text, keep_forward_messages=1)
        may = (message.author == member and not message.action and member in talk.members
               and self.time - message.time <= DAY)
        self.expect(may != bool(error), "edit by", member, "of", message.author, error)
        if not error:
            message.text = text
            for other in talk.members:
                if talk.views[other].copies.get(cmid):
                    self.events[other].append(("edit", talk, cmid))
            # Who has left sees the text when they ask, and gets no event.
            for other in set(talk.views) & set(self.users) - set(talk.members):
                self.replicas[other].refetch.add(talk.views[other].ids.get(cmid))
                self.newest[other][1].refetch.add((talk.peers.get(other), cmid))

    def delete(self):
        talk, member = self.some_place()
        if not talk or not talk.visible(member):
            return
        cmids = self.random.sample(talk.visible(member), min(2, len(talk.visible(member))))
        for_all = self.random.random() < 0.4
        response, error = self.attempt(member, "messages.delete", peer_id=self.peer(talk, member),
                                       cmids=",".join(map(str, cmids)),
                                       delete_for_all=int(for_all))
        if error:
            self.expect(for_all, "deletion for oneself", error)
            return
        for item in response:
            cmid = item["conversation_message_id"]
            self.expect(cmid in cmids, item)
            message = talk.messages[cmid]
            admin = talk.chat and talk.owner == member
            may = not for_all or ((message.author == member or admin) and not message.action
                                  and self.time - message.time <= DAY and member in talk.members)
            if not item["response"]:
                self.expect(not may, "deletion", item, "of", message.author, "by", member)
                continue
            if for_all:
                self.expect(message.author == member or admin, "deleted a foreign message", item)
                message.gone = True
            else:
                talk.views[member].copies[cmid] = False

    def restore(self):
        talk, member = self.some_place()
        if not talk:
            return
        hidden = [cmid for cmid, shown in talk.views[member].copies.items()
                  if not shown and cmid in talk.views[member].ids]
        if not hidden:
            return
        cmid = self.some(hidden)
        _, error = self.attempt(member, "messages.restore", peer_id=self.peer(talk, member),
                                cmid=cmid)
        if not error:
            talk.views[member].copies[cmid] = True

    def read(self):
        talk, member = self.some_place()
        if not talk or not talk.last:
            return
        view = talk.views[member]
        cmid = self.random.randint(1, talk.last) if self.random.random() < 0.4 else None
        more = {"up_to_cmid": cmid} if cmid else {"mark_conversation_as_read": 1}
        _, error = self.attempt(member, "messages.markAsRead", peer_id=self.peer(talk, member),
                                **more)
        if not error and view.copies:
            incoming = [number for number in view.copies
                        if talk.messages[number].author != member and number <= (cmid or talk.last)]
            # W3: reading never goes back.
            view.in_read = max([view.in_read, *incoming])

    def forget(self):
        talk, member = self.some_place()
        if not talk:
            return
        _, error = self.attempt(member, "messages.deleteConversation",
                                peer_id=self.peer(talk, member))
        if not error:
            view = talk.views[member]
            for cmid in view.copies:
                view.copies[cmid] = False

    def react(self):
        talk, member = self.some_place()
        if not talk or not talk.visible(member):
            return
        cmid = self.some(talk.visible(member))
        reaction = self.random.randint(0, 3)
        method = "messages.sendReaction" if reaction else "messages.deleteReaction"
        more = {"reaction_id": reaction} if reaction else {}
        _, error = self.attempt(member, method, peer_id=self.peer(talk, member), cmid=cmid, **more)
        if error:
            return
        talk.messages[cmid].reactions.pop(member, None)
        if reaction:
            talk.messages[cmid].reactions[member] = reaction

    def make_chat(self):
        if len(self.chats) == 2:
            return
        owner = self.some(self.users)
        others = [user for user in self.users if user != owner and self.random.random() < 0.7]
        if not others:
            return
        members = [*others, self.club]
        made = self.server.control("chats", {"owner": owner, "title": "Flat", "members": members})
        self.trace.append((owner, "chat", members, made))
        # Nobody brings whoever has blocked them.
        came = [member for member in members if (member, owner) not in self.blocked]
        self.expect(sorted(map(int, made["peers"])) == sorted([owner, *came]), "chat", made, came)
        others = [member for member in others if member in came]
        # A community begins with the message that invites it.
        talk = Conversation([owner, *others], chat=True)
        talk.owner = owner
        talk.peers = {int(member): peer for member, peer in made["peers"].items()}
        self.chats.append(talk)
        self.learn(talk)
        found = self.good(owner, "messages.getConversationsById", peer_ids=talk.peers[owner])
        talk.rights = found["items"][0]["chat_settings"]["permissions"]
        talk.inviter = dict.fromkeys(came, owner)

    def learn(self, talk):
        """Takes over the service messages that the making of a chat has written."""
        found = self.good(talk.owner, "messages.getHistory", peer_id=talk.peers[talk.owner], rev=1,
                          count=200)
        for item in found["items"]:
            if item["conversation_message_id"] > talk.last:
                invited = (item.get("action") or {}).get("member_id")
                if invited and invited not in talk.members:
                    talk.members.append(invited)
                self.put(talk, item["from_id"], item["text"], action=item.get("action"))

    def join_or_go(self):
        talk = self.some(self.chats)
        if not talk:
            return
        member = self.some(self.members)
        if member in talk.members:
            actor = self.some([member, talk.owner])
            if actor < 0:
                return
            _, error = self.attempt(actor, "messages.removeChatUser",
                                    chat_id=talk.peers[actor] - CHATS, member_id=member)
            if not error:
                talk.members.remove(member)
                # Who goes sees that he has gone.
                self.put(talk, actor, "", action="kick", extra=[member])
            return
        actor = self.some(person for person in talk.members if person > 0)
        if actor is None or member < 0:
            return
        _, error = self.attempt(actor, "messages.addChatUser",
                                chat_id=talk.peers[actor] - CHATS, user_id=member)
        if error:
            return
        talk.members.append(member)
        talk.inviter[member] = actor
        self.put(talk, actor, "", action="invite")
        if member not in talk.peers:
            found = self.good(member, "messages.getConversations", count=200)
            known = {self.peer(one, member) for one in self.chats if member in one.peers}
            talk.peers[member] = next(item["conversation"]["peer"]["id"] for item in found["items"]
                                      if item["conversation"]["peer"]["id"] > CHATS
                                      and item["conversation"]["peer"]["id"] not in known)

    def block(self):
        user = self.some(self.users)
        other = self.some(member for member in self.members if member != user)
        on = (user, other) not in self.blocked
        self.good(user, "account.ban" if on else "account.unban", owner_id=other)
        (self.blocked.add if on else self.blocked.discard)((user, other))
        found = self.good(user, "account.getBanned")
        self.expect(set(found["items"]) == {whom for who, whom in self.blocked if who == user},
                    "blacklist of", user, found, self.blocked)

    # Rights in a chat.
    def may(self, talk, member, what):
        """`what` is a right; the owner has all, the others those of everybody."""
        return member == talk.owner or talk.rights[what] == "all"

    def some_seat(self):
        """A chat, and a user who is in it."""
        talk = self.some(self.chats)
        member = self.some(one for one in talk.members if one > 0) if talk else None
        return (talk, member) if member else (None, None)

    def pin(self):
        talk, member = self.some_seat()
        if not talk or not talk.visible(member):
            return
        cmid, peer = self.some(talk.visible(member)), self.peer(talk, member)
        message, may = talk.messages[cmid], self.may(talk, member, "change_pin")
        _, error = self.attempt(member, "messages.pin", peer_id=peer, cmid=cmid)
        wanted = NO_ADMIN if not may else WRONG if message.action else 0
        self.expect((error or [0])[0] == wanted, "pin by", member, error, "instead of", wanted)
        if not error:
            talk.pinned = cmid
            self.put(talk, member, "", action="pin")

    def unpin(self):
        talk, member = self.some_seat()
        if not talk:
            return
        _, error = self.attempt(member, "messages.unpin", peer_id=self.peer(talk, member))
        may = self.may(talk, member, "change_pin")
        self.expect((error or [0])[0] == (0 if may else NO_ADMIN), "unpin by", member, error)
        if not error and talk.pinned:
            talk.pinned = 0
            self.put(talk, member, "", action="unpin")

    def rename(self):
        talk, member = self.some_seat()
        if not talk:
            return
        self.number += 1
        title = f"Т{self.number}"
        _, error = self.attempt(member, "messages.editChat", title=title,
                                chat_id=self.peer(talk, member) - CHATS)
        may = self.may(talk, member, "change_info")
        self.expect((error or [0])[0] == (0 if may else NO_ADMIN), "title by", member, error)
        if not error:
            talk.title = title
            self.put(talk, member, "", action="title")

    def kick(self):
        """Others than the owner remove only whom they have invited."""
        talk, member = self.some_seat()
        other = self.some(self.members)
        if not talk or other == member:
            return
        _, error = self.attempt(member, "messages.removeChatUser", member_id=other,
                                chat_id=self.peer(talk, member) - CHATS)
        wanted = (NO_MEMBER if other not in talk.members else NO_ADMIN if other == talk.owner
                  or member not in (talk.owner, talk.inviter.get(other)) else 0)
        self.expect((error or [0])[0] == wanted, "kick by", member, "of", other, error, wanted)
        if not error:
            talk.members.remove(other)
            self.put(talk, member, "", action="kick", extra=[other])

    def wait(self):
        # Events older than a day are gone.
        for member in self.members:
            self.check_events(member)
        self.advance(self.some([1, 1, 600, RANDOM_ID_WINDOW, DAY + 1]))

    STEPS = [(write, 10), (edit, 3), (delete, 3), (restore, 2), (read, 3), (forget, 1), (react, 3),
             (make_chat, 1), (join_or_go, 2), (pin, 2), (unpin, 1), (rename, 1), (kick, 1), (block, 1),
             (wait, 2)]

    def step(self):
        steps, weights = zip(*self.STEPS)
        self.random.choices(steps, weights)[0](self)

    # Comparison.
    def check(self):
        self.check_views()
        for member in self.members:
            self.check_events(member)
        for user in self.users:
            self.check_replica(user)

    def check_replica(self, user):
        replica, newest, unread = self.replicas[user], self.newest[user][1], 0
        for talk in (talk for talk, member in self.everywhere() if member == user):
            ids, peer = talk.views[user].ids, self.peer(talk, user)
            texts = {cmid: talk.messages[cmid].text for cmid in talk.visible(user)}
            fault = (replica.fault(peer, {ids[cmid]: text for cmid, text in texts.items()})
                     or newest.fault(peer, {(peer, cmid): text for cmid, text in texts.items()}))
            self.expect(not fault, "a client of", user, fault)
            unread_here = newest.unread.get(peer, talk.unread(user))
            self.expect(unread_here == talk.unread(user), "10006 of", peer, unread_here, user)
            unread += talk.unread(user) > 0
        self.expect(replica.counter == newest.counter == unread, "a client of", user, "counts",
                    replica.counter, newest.counter, unread)

    def check_views(self):
        for talk, member in self.everywhere():
            self.check_history(talk, member)
        for member in self.members:
            self.check_conversations(member)

    def check_history(self, talk, member):
        peer = self.peer(talk, member)
        response, error = self.server.call(self.tokens[member], "messages.getHistory", peer_id=peer,
                                           count=200, rev=1)
        visible = talk.visible(member)
        if error:
            self.expect(talk.chat and member < 0, "history of", peer, "for", member, error)
            return
        where = f"of {peer} for {member}:"
        shown = [item["conversation_message_id"] for item in response["items"]]
        # W2, W5, W6.
        self.expect(shown == visible, "history", where, shown, "instead of", visible)
        self.expect(response["count"] == len(visible), "count", where, response["count"])
        view = talk.views[member]
        for item in response["items"]:
            cmid = item["conversation_message_id"]
            message = talk.messages[cmid]
            seen = (item["from_id"], item["text"], item["date"], item["peer_id"])
            self.expect(seen == (message.author, message.text, message.time, peer), where, seen,
                        vars(message))
            # The ids of a mailbox are its own and never change.
            if item["id"]:
                self.expect(view.ids.setdefault(cmid, item["id"]) == item["id"], "id", where, item)
            reactions = {one["reaction_id"]: one["count"] for one in item.get("reactions", [])}
            wanted = {}
            for reaction in message.reactions.values():
                wanted[reaction] = wanted.get(reaction, 0) + 1
            self.expect(reactions == wanted, "reactions", where, reactions, wanted)
            if message.reply:
                self.expect(item["reply_message"]["conversation_message_id"] == message.reply,
                            "reply", where, item)
        self.expect(sorted(view.ids, key=view.ids.get) == sorted(view.ids), "ids", where, view.ids)
        if view.ids:
            self.check_by_id(member, view, visible)

    def check_by_id(self, member, view, visible):
        asked = list(view.ids.values())[-100:]
        response, error = self.server.call(self.tokens[member], "messages.getById",
                                           message_ids=",".join(map(str, asked)))
        self.expect(not error, "getById", error)
        wanted = {view.ids[cmid] for cmid in visible if cmid in view.ids} & set(asked)
        shown = {item["id"] for item in response["items"] if not item.get("deleted")}
        self.expect(shown == wanted, "getById for", member, shown, wanted)

    def check_conversations(self, member):
        response = self.good(member, "messages.getConversations", count=200)
        found = {item["conversation"]["peer"]["id"]: item for item in response["items"]}
        unread = 0
        for talk, other in self.everywhere():
            if other != member:
                continue
            visible, peer = talk.visible(member), self.peer(talk, member)
            if talk.chat and member < 0 and peer not in found:
                continue
            self.expect((peer in found) == bool(visible), "conversation", peer, "of", member,
                        "is shown:", peer in found, "visible:", visible)
            if not visible:
                continue
            conversation = found[peer]["conversation"]
            self.expect(found[peer]["last_message"]["conversation_message_id"] == visible[-1],
                        "last message of", peer, "for", member, found[peer], visible)
            if talk.chat and member in talk.members:
                self.check_chat(talk, member, conversation["chat_settings"])
            # W3.
            self.expect(conversation.get("unread_count", 0) == talk.unread(member), "unread of",
                        peer, "for", member, conversation.get("unread_count", 0),
                        talk.unread(member), "in_read", talk.views[member].in_read, visible,
                        {cmid: (message.author, message.gone) for cmid, message
                         in talk.messages.items()}, conversation)
            unread += talk.unread(member) > 0
        self.expect(response.get("unread_count", 0) == unread, "unread conversations of", member,
                    response.get("unread_count", 0), unread,
                    {peer: item["conversation"].get("unread_count") for peer, item in found.items()})

    def check_chat(self, talk, member, shown):
        where = talk.peers[member], "for", member, shown
        self.expect((shown["title"], shown["owner_id"]) == (talk.title, talk.owner), "chat", *where)
        self.expect(shown["members_count"] == len(talk.members), "members of", *where)
        pinned = talk.pinned if talk.pinned in talk.visible(member) else 0
        found = shown.get("pinned_message", {}).get("conversation_message_id", 0)
        self.expect(found == pinned, "pinned", found, "instead of", pinned, *where)

    def check_events(self, member):
        """W7: each once, in order, and no other."""
        wanted, self.events[member] = self.events[member], []
        updates = self.polls[member].take()
        shown = []
        if member < 0:
            for update in updates:
                self.server.check_event(update)
                message = update["object"].get("message", update["object"])
                if update["type"] in ("message_new", "message_reply"):
                    shown.append(("new", message["peer_id"], message["conversation_message_id"]))
                    self.expect((update["type"] == "message_reply") == (message["from_id"] == member),
                                update)
                elif update["type"] == "message_edit":
                    shown.append(("edit", message["peer_id"], message["conversation_message_id"]))
            wanted = [(kind, self.peer(talk, member), cmid) for kind, talk, cmid in wanted]
        else:
            for update in updates:
                self.replicas[member].apply(update)
            poll, newest = self.newest[member]
            for update in poll.take():
                newest.apply(update)
            shown = self.known_events(member, updates, wanted)
            wanted = [(kind, self.peer(talk, member), cmid) for kind, talk, cmid in wanted]
        self.expect(shown == wanted, "events of", member, shown, "instead of", wanted)


    def known_events(self, member, updates, wanted):
        """New and changed messages by peer and cmid; new ids are those of the next new messages."""
        ids = {}
        for talk, other in self.everywhere():
            if other == member:
                ids.update({number: (talk, cmid) for cmid, number in talk.views[member].ids.items()})
        expected = [(talk, cmid) for kind, talk, cmid in wanted
                    if kind == "new" and cmid not in talk.views[member].ids]
        shown = []
        for update in updates:
            if update[0] not in (4, 5):
                continue
            if update[0] == 4 and update[1] not in ids and expected:
                talk, cmid = ids[update[1]] = expected.pop(0)
                talk.views[member].ids[cmid] = update[1]
            self.expect(update[1] in ids, "an event of an unknown message", update)
            talk, cmid = ids[update[1]]
            self.expect(update[3] == self.peer(talk, member), "an event of another peer", update)
            shown.append(("new" if update[0] == 4 else "edit", update[3], cmid))
        return shown


def run(server, seed, steps, every=8):
    """A schedule of messages."""
    return walk(Schedule(server, seed), seed, steps, every)
