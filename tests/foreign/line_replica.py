"""What a client knows who only reads User Long Poll, version 3: it must be what the methods show."""

DELETED, DELETED_FOR_ALL = 128, 131_072
FLAGS_SET, FLAGS_CLEARED, NEW, EDITED, READ_IN, HISTORY_DELETED, COUNTER = 2, 3, 4, 5, 6, 13, 80


class LineReplica:
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
