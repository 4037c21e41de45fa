"""Conversations as VK's documentation describes them: messages, and what each member has of them."""


class Message:
    def __init__(self, cmid, author, text, time, random_id=0, action=None):
        self.cmid, self.author, self.text, self.time = cmid, author, text, time
        self.random_id, self.action = random_id, action
        self.gone = False  # Deleted for all.
        self.reactions = {}
        self.reply = None


class View:
    """What one member has of a conversation."""

    def __init__(self):
        self.copies = {}  # cmid -> True: visible, False: deleted for this member
        self.ids = {}  # cmid -> id in the mailbox of the member
        self.in_read = 0


class Conversation:
    def __init__(self, members, chat=False):
        self.chat = chat
        self.members = list(members)  # Those who are in.
        self.messages = {}
        self.views = {member: View() for member in members}
        self.last = 0
        self.peers = {}  # member -> peer id
        self.owner = None
        self.writers = set()
        self.title, self.pinned = "Flat", 0
        self.rights, self.inviter = {}, {}  # Of a chat; member -> who invited it.

    def add(self, message, extra=()):
        self.last = message.cmid
        self.messages[message.cmid] = message
        for member in [*self.members, *extra]:
            view = self.views.setdefault(member, View())
            view.copies[message.cmid] = True
            if member == message.author:
                view.in_read = max(view.in_read, message.cmid - 1)

    def visible(self, member):
        view = self.views[member]
        return [cmid for cmid in sorted(view.copies)
                if view.copies[cmid] and not self.messages[cmid].gone]

    def unread(self, member):
        view = self.views[member]
        return sum(1 for cmid in self.visible(member)
                   if self.messages[cmid].author != member and cmid > view.in_read)
