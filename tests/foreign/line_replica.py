"""What a client knows who only reads User Long Poll: it must be what the methods show."""

DELETED, DELETED_FOR_ALL = 128, 131_072
FLAGS_SET, FLAGS_CLEARED, NEW, EDITED, READ_IN, HISTORY_DELETED, COUNTER = 2, 3, 4, 5, 6, 13, 80


class LineReplica:
    """In version 3, which names messages by their ids."""

    def __init__(self):
        self.peers, self.texts = {}, {}  # By the id of the message.
        self.hidden, self.refetch = set(), set()
        self.read, self.counter = {}, 0

    def apply(self, update):
        kind, *rest = update
        if kind in (NEW, EDITED):
            number, _, peer, _, text = rest[:5]
            self.peers[number], self.texts[number] = peer, text
            self.refetch.discard(number)
        elif kind == FLAGS_SET and rest[1] & (DELETED | DELETED_FOR_ALL):
            self.hidden.add(rest[0])
        elif kind == FLAGS_CLEARED and rest[1] & DELETED:
            # Edits of what was hidden did not come.
            self.hidden.discard(rest[0])
            self.refetch.add(rest[0])
        elif kind == HISTORY_DELETED:
            self.hidden.update(number for number, peer in self.peers.items()
                               if peer == rest[0] and number <= rest[1])
        elif kind == READ_IN:
            self.read[rest[0]] = max(self.read.get(rest[0], 0), rest[1])
        elif kind == COUNTER:
            self.counter = rest[0]

    def fault(self, peer, wanted):
        """Where it differs from the texts by id that a peer must have."""
        shown = {number for number, where in self.peers.items()
                 if where == peer and number not in self.hidden}
        if shown != set(wanted):
            return f"shows {shown} of {peer} instead of {set(wanted)}"
        for number in shown - self.refetch:
            if self.texts[number] != wanted[number]:
                return f"shows {self.texts[number]} instead of {wanted[number]}"
        return None


class NewestReplica(LineReplica):
    """In version 19, which names them by peer and cmid."""

    def __init__(self):
        super().__init__()
        self.unread = {}

    def apply(self, update):
        kind, *rest = update
        if kind == 10_004 and len(rest) > 3:
            self.put(rest[3], rest[0], rest[5])
            # Until the next 10006, it counts for itself.
            self.unread.pop(rest[3], None)
        elif kind in (10_005, 10_003) and len(rest) > 3:
            self.put(rest[2], rest[0], rest[4])
            if kind == 10_003:
                self.hidden.discard((rest[2], rest[0]))
                self.unread.pop(rest[2], None)
        elif kind == 10_003:
            self.hidden.discard((rest[2], rest[0]))
            self.refetch.add((rest[2], rest[0]))
            self.unread.pop(rest[2], None)
        elif kind == 10_002 and rest[1] & (DELETED | DELETED_FOR_ALL):
            self.hidden.add((rest[2], rest[0]))
            self.unread.pop(rest[2], None)
        elif kind == 10_013:
            self.hidden.update(name for name in self.peers
                               if name[0] == rest[0] and name[1] <= rest[1])
            self.unread.pop(rest[0], None)
        elif kind == 10_006:
            self.unread[rest[0]] = rest[2]
        elif kind == COUNTER:
            self.counter = rest[0]

    def put(self, peer, cmid, text):
        self.peers[peer, cmid], self.texts[peer, cmid] = peer, text
        self.refetch.discard((peer, cmid))
