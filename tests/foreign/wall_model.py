"""A model of walls, likes, reposts and the blacklist of a community, made from VK's documentation.

It shares nothing with the emulator. Random schedules of calls run against an emulator over sockets;
after some of them, what everybody can see is compared with the model.
"""

import random

from model_server import Poll, Wrong, walk

WALL_POST_ACCESS, WALL_COMMENT_ACCESS = 210, 211
ACCESS_DENIED, NO_POSTING, NO_COMMENTS, BLACKLISTED, NOT_FOUND = 15, 214, 213, 900, 104


class Comment:
    def __init__(self, number, author, text, thread=0):
        self.id, self.author, self.text, self.thread = number, author, text, thread
        self.deleted = False
        self.likes = set()


class Post:
    def __init__(self, owner, number, author, text, date):
        self.owner, self.id, self.author, self.text, self.date = owner, number, author, text, date
        self.deleted = self.pinned = self.closed = False
        self.likes, self.comments, self.copies = set(), {}, []
        self.original = None

    @property
    def name(self):
        return f"{self.owner}_{self.id}"

    def shown_comments(self):
        return [comment for comment in self.comments.values() if not comment.deleted]


class WallSchedule:
    """Three users and a community that the first administers."""

    def __init__(self, server, seed):
        self.server, self.random, self.seed = server, random.Random(seed), seed
        self.trace, self.tokens, self.number = [], {}, 0
        self.users = []
        for _ in range(3):
            made = server.control("people", {"first_name": "Wall", "last_name": f"N{seed}"})
            self.users.append(made["id"])
            self.tokens[made["id"]] = made["token"]
        self.admin = self.users[0]
        made = server.control("communities", {"name": f"Walls {seed}", "admins": [self.admin]})
        self.club = -made["id"]
        self.tokens[self.club] = made["token"]
        self.walls = {owner: {} for owner in [*self.users, self.club]}
        self.last = dict.fromkeys(self.walls, 0)
        self.guids, self.bans = {}, {}
        answer = self.good(self.admin, "groups.isMember", group_id=-self.club, user_ids=",".join(
            map(str, self.users)))
        self.members = {item["user_id"] for item in answer if item["member"]}
        self.done = self.refused = 0
        self.events = []
        self.polling = Poll(server, self.good(self.club, "groups.getLongPollServer",
                                              group_id=-self.club))

    # Calls.
    def good(self, actor, method, **parameters):
        response, error = self.server.call(self.tokens[actor], method, **parameters)
        if error:
            raise Wrong(f"{method} {parameters} of {actor}: {error}")
        return response

    def attempt(self, wanted, actor, method, **parameters):
        """The answer, or None. `wanted` is the code of the error that must come; 0: none."""
        response, error = self.server.call(self.tokens[actor], method, **parameters)
        self.trace.append((actor, method, parameters, error or response))
        self.expect((error or [0])[0] == wanted, method, "by", actor, "gives", error or response,
                    "instead of", wanted)
        if error:
            self.refused += 1
        else:
            self.done += 1
        return response

    def expect(self, condition, *what):
        if not condition:
            raise Wrong(" ".join(str(part) for part in what))

    def some(self, items):
        items = list(items)
        return self.random.choice(items) if items else None

    def text(self):
        self.number += 1
        return self.random.choice(["t", "а&<b>", "😀 ", "x\ny"]) + str(self.number)

    def now(self):
        return int(self.server.control("clock")["now"])

    # Who may do what.
    def is_banned(self, user):
        until = self.bans.get(user)
        return until is not None and (until == 0 or until > self.now())

    def keeps(self, user, owner):
        return user == owner or (owner == self.club and user == self.admin)

    def reads(self, user, owner):
        return owner != self.club or not self.is_banned(user)

    def posts(self, deleted=False):
        return [post for wall in self.walls.values() for post in wall.values()
                if post.deleted == deleted]

    def event(self, owner, *what):
        if owner == self.club:
            self.events.append(what)

    # Posts.
    def post(self):
        user, owner = self.some(self.users), self.some(self.walls)
        as_club = self.random.random() < 0.5
        guid = f"g{self.random.randint(1, 3)}" if self.random.random() < 0.2 else None
        text = self.text()
        more = {"guid": guid} if guid else {}
        wanted = 0 if self.reads(user, owner) else NO_POSTING
        answer = self.attempt(wanted, user, "wall.post", owner_id=owner, message=text,
                              from_group=int(as_club), **more)
        if not answer:
            return
        known = self.guids.get((owner, user, guid)) if guid else None
        if known:
            self.expect(answer["post_id"] == known, "guid", answer, known)
            return
        author = owner if owner == self.club and as_club and user == self.admin else user
        self.add(owner, author, text, answer["post_id"])
        if guid:
            self.guids[owner, user, guid] = answer["post_id"]
        self.event(owner, "wall_post_new", answer["post_id"])

    def add(self, owner, author, text, number):
        # Posts and comments of a wall share one sequence.
        self.expect(number > self.last[owner], "ids of a wall", number, self.last[owner])
        self.last[owner] = number
        post = self.walls[owner][number] = Post(owner, number, author, text, self.now())
        return post

    def edit(self):
        user, post = self.some(self.users), self.some(self.posts(self.random.random() < 0.2))
        if not post or not self.reads(user, post.owner):
            return
        may = not post.deleted and (post.author == user or self.keeps(user, post.owner))
        text = self.text()
        if self.attempt(0 if may else WALL_POST_ACCESS, user, "wall.edit", owner_id=post.owner,
                        post_id=post.id, message=text):
            post.text = text

    def delete(self):
        user, post = self.some(self.users), self.some(self.posts(self.random.random() < 0.2))
        if not post or not self.reads(user, post.owner):
            return
        may = not post.deleted and (post.author == user or self.keeps(user, post.owner))
        if self.attempt(0 if may else WALL_POST_ACCESS, user, "wall.delete", owner_id=post.owner,
                        post_id=post.id):
            post.deleted, post.pinned = True, False

    def restore(self):
        user, post = self.some(self.users), self.some(self.posts(self.random.random() < 0.8))
        if not post or not self.reads(user, post.owner):
            return
        may = post.deleted and (post.author == user or self.keeps(user, post.owner))
        if self.attempt(0 if may else WALL_POST_ACCESS, user, "wall.restore", owner_id=post.owner,
                        post_id=post.id):
            post.deleted = False

    def pin(self):
        user, post = self.some(self.users), self.some(self.posts(self.random.random() < 0.2))
        if not post or not self.reads(user, post.owner):
            return
        on = self.random.random() < 0.7
        may = self.keeps(user, post.owner)
        wanted = WALL_POST_ACCESS if post.deleted else 0 if may else ACCESS_DENIED
        if not self.attempt(wanted, user, "wall.pin" if on else "wall.unpin",
                            owner_id=post.owner, post_id=post.id):
            return
        if on:
            for other in self.walls[post.owner].values():
                other.pinned = False
        post.pinned = on

    def close_comments(self):
        user, post = self.some(self.users), self.some(self.posts(self.random.random() < 0.2))
        if not post or not self.reads(user, post.owner):
            return
        close = not post.closed if self.random.random() < 0.8 else post.closed
        may = self.keeps(user, post.owner)
        wanted = WALL_POST_ACCESS if post.deleted else 0 if may else ACCESS_DENIED
        answer = self.attempt(wanted, user, "wall.closeComments" if close else "wall.openComments",
                              owner_id=post.owner, post_id=post.id)
        if wanted:
            return
        self.expect(answer == int(post.closed != close), "closed comments", answer, post.closed)
        post.closed = close

    def repost(self):
        user, post = self.some(self.users), self.some(self.posts())
        if not post or not self.reads(user, post.owner):
            return
        to_club = user == self.admin and self.random.random() < 0.4
        more = {"group_id": -self.club} if to_club else {}
        text = self.text()
        answer = self.attempt(0, user, "wall.repost", object=f"wall{post.name}", message=text,
                              **more)
        owner = self.club if to_club else user
        copy = self.add(owner, owner, text, answer["post_id"])
        copy.original = post
        post.copies.append(copy)
        self.expect(answer["reposts_count"] == self.copies_of(post), "reposts", answer, post.name)
        self.expect(answer["likes_count"] == len(post.likes), "likes", answer, post.name)
        # Of a post of the community, or into the community.
        if self.club in (owner, post.owner):
            self.events.append(("wall_repost", copy.id))

    def copies_of(self, post):
        return sum(not copy.deleted for copy in post.copies)

    # Comments.
    def comment(self):
        user, post = self.some(self.users), self.some(self.posts(self.random.random() < 0.1))
        if not post:
            return
        reply = self.some(post.shown_comments()) if self.random.random() < 0.5 else None
        more = {"reply_to_comment": reply.id} if reply else {}
        text = self.text()
        # A post that is gone has no comments; a wall that cannot be read has none to write.
        if post.deleted or not self.reads(user, post.owner):
            response, error = self.server.call(self.tokens[user], "wall.createComment",
                                               owner_id=post.owner, post_id=post.id, message=text)
            self.trace.append((user, "wall.createComment", post.name, error or response))
            self.expect(error and error[0] in (ACCESS_DENIED, 212, NO_COMMENTS), "comment by",
                        user, "on", post.name, error or response)
            return
        answer = self.attempt(NO_COMMENTS if post.closed else 0, user, "wall.createComment",
                              owner_id=post.owner, post_id=post.id, message=text, **more)
        if not answer:
            return
        number = answer["comment_id"]
        self.expect(number > self.last[post.owner], "ids of a wall", number, self.last[post.owner])
        self.last[post.owner] = number
        thread = (reply.thread or reply.id) if reply else 0
        self.expect(answer["parents_stack"] == ([thread] if thread else []), "parents", answer)
        post.comments[number] = Comment(number, user, text, thread)
        self.event(post.owner, "wall_reply_new", number)

    def some_comment(self, deleted=False):
        found = [(post, comment) for post in self.posts() for comment in post.comments.values()
                 if comment.deleted == deleted]
        return self.some(found) or (None, None)

    def edit_comment(self):
        post, comment = self.some_comment(self.random.random() < 0.1)
        user = self.some(self.users)
        if not post or not self.reads(user, post.owner):
            return
        text = self.text()
        may = comment.author == user and not comment.deleted
        if self.attempt(0 if may else WALL_COMMENT_ACCESS, user, "wall.editComment",
                        owner_id=post.owner, comment_id=comment.id, message=text):
            comment.text = text
            self.event(post.owner, "wall_reply_edit", comment.id)

    def delete_comment(self):
        post, comment = self.some_comment(self.random.random() < 0.1)
        user = self.some(self.users)
        if not post or not self.reads(user, post.owner):
            return
        may = not comment.deleted and (comment.author == user or self.keeps(user, post.owner))
        if self.attempt(0 if may else WALL_COMMENT_ACCESS, user, "wall.deleteComment",
                        owner_id=post.owner, comment_id=comment.id):
            comment.deleted = True
            self.event(post.owner, "wall_reply_delete", comment.id)

    def restore_comment(self):
        post, comment = self.some_comment(True)
        user = self.some(self.users)
        if not post or not self.reads(user, post.owner):
            return
        may = comment.author == user or self.keeps(user, post.owner)
        if self.attempt(0 if may else WALL_COMMENT_ACCESS, user, "wall.restoreComment",
                        owner_id=post.owner, comment_id=comment.id):
            comment.deleted = False
            self.event(post.owner, "wall_reply_restore", comment.id)

    # Likes.
    def like(self):
        user, on = self.some(self.users), self.random.random() < 0.65
        post, comment = self.some_comment()
        if not post or self.random.random() < 0.6:
            post, comment = self.some(self.posts()), None
        if not post or not self.reads(user, post.owner):
            return
        thing = comment or post
        likes = thing.likes
        answer = self.attempt(0, user, "likes.add" if on else "likes.delete",
                              type="comment" if comment else "post", owner_id=post.owner,
                              item_id=thing.id)
        if (user in likes) != on:
            self.event(post.owner, "like_add" if on else "like_remove", thing.id)
        (likes.add if on else likes.discard)(user)
        self.expect(answer["likes"] == len(likes), "likes", answer, likes)

    # The community.
    def ban(self):
        actor = self.admin if self.random.random() < 0.7 else self.some(self.users)
        user = self.some(self.users)
        seconds = self.some([0, 600, 4000])
        more = {"end_date": self.now() + seconds} if seconds else {}
        may = actor == self.admin and user != self.admin
        if not self.attempt(0 if may else ACCESS_DENIED, actor, "groups.ban", group_id=-self.club,
                            owner_id=user, **more):
            return
        if user in self.members:
            self.members.remove(user)
            self.events.append(("group_leave", user))
        self.bans[user] = more.get("end_date", 0)
        self.events.append(("user_block", user))

    def unban(self):
        user = self.some(self.users[1:])
        banned = self.is_banned(user)
        if self.attempt(0 if banned else NOT_FOUND, self.admin, "groups.unban",
                        group_id=-self.club, owner_id=user):
            del self.bans[user]
            self.events.append(("user_unblock", user))

    def join_or_leave(self):
        user, join = self.some(self.users), self.random.random() < 0.6
        if join:
            may = user not in self.members and not self.is_banned(user)
            if self.attempt(0 if may else ACCESS_DENIED, user, "groups.join", group_id=-self.club):
                self.members.add(user)
                self.events.append(("group_join", user))
        elif user in self.members and user != self.admin:
            self.attempt(0, user, "groups.leave", group_id=-self.club)
            self.members.remove(user)
            self.events.append(("group_leave", user))

    def write(self):
        """Who is on the blacklist of a community cannot write to it."""
        user = self.some(self.users)
        wanted = BLACKLISTED if self.is_banned(user) else 0
        self.attempt(wanted, user, "messages.send", peer_id=self.club, random_id=0, message="x")

    def wait(self):
        # Events older than an hour are gone.
        self.check_events()
        self.server.control("clock", {"advance": self.some([1, 60, 700, 3000])})
        now = self.now()
        for user, until in sorted(self.bans.items(), key=lambda entry: entry[1]):
            if until and until <= now:
                del self.bans[user]
                self.events.append(("user_unblock", user))

    def step(self):
        steps = [self.post] * 4 + [self.edit, self.delete, self.restore, self.pin,
            self.close_comments] + [
            self.repost] * 2 + [self.comment] * 5 + [self.edit_comment, self.delete_comment,
            self.restore_comment] + [self.like] * 4 + [self.ban, self.unban, self.join_or_leave,
            self.write, self.wait]
        self.random.choice(steps)()

    # What everybody sees.
    def check(self):
        for user in self.users:
            for owner in self.walls:
                self.check_wall(user, owner)
            self.expect(self.good(user, "groups.isMember", group_id=-self.club)
                        == int(user in self.members), "member", user, self.members)
        self.check_bans()
        self.check_events()

    def check_wall(self, user, owner):
        response, error = self.server.call(self.tokens[user], "wall.get", owner_id=owner, count=100)
        if not self.reads(user, owner):
            self.expect(error and error[0] == ACCESS_DENIED, "the wall for", user, error)
            return
        self.expect(not error, "wall.get", owner, "for", user, error)
        shown = [post for post in self.walls[owner].values() if not post.deleted]
        shown.sort(key=lambda post: (post.pinned, post.date, post.id), reverse=True)
        self.expect([item["id"] for item in response["items"]] == [post.id for post in shown],
                    "wall", owner, "for", user, [item["id"] for item in response["items"]],
                    [post.id for post in shown])
        self.expect(response["count"] == len(shown), "count of", owner, response["count"])
        for item, post in zip(response["items"], shown):
            self.check_post(user, item, post)
        post = self.some(shown)
        if post:
            self.check_comments(user, post)
            self.check_likes(user, post)
            found = self.good(user, "wall.getById", posts=post.name)["items"]
            self.expect(found == [item for item in response["items"] if item["id"] == post.id],
                        "getById", found)

    def check_post(self, user, item, post):
        where = post.name, "for", user
        self.expect((item["text"], item["from_id"], item["owner_id"], item["date"])
                    == (post.text, post.author, post.owner, post.date), "post", *where, item)
        self.expect(bool(item.get("is_pinned")) == post.pinned, "pinned", *where, item)
        self.expect(item["likes"]["count"] == len(post.likes), "likes", *where, item["likes"])
        self.expect(item["likes"]["user_likes"] == int(user in post.likes), "own like", *where)
        self.expect(item["comments"]["count"] == len(post.shown_comments()), "comments", *where,
                    item["comments"])
        self.expect(item["reposts"]["count"] == self.copies_of(post), "reposts", *where,
                    item["reposts"])
        history = item.get("copy_history", [])
        original = post.original
        if not original:
            self.expect(not history, "history", *where, history)
        elif not original.deleted:
            self.expect(history and (history[0]["owner_id"], history[0]["id"], history[0]["text"])
                        == (original.owner, original.id, original.text), "history", *where, history)

    def check_comments(self, user, post):
        answer = self.good(user, "wall.getComments", owner_id=post.owner, post_id=post.id,
                           need_likes=1, count=100, thread_items_count=10, sort="asc")
        shown = post.shown_comments()
        answered = {comment.thread for comment in shown}
        first = [comment for comment in post.comments.values() if not comment.thread
                 and (not comment.deleted or comment.id in answered)]
        self.expect([item["id"] for item in answer["items"]] == [one.id for one in first],
                    "comments of", post.name, answer["items"])
        self.expect(answer["count"] == len(shown), "count of comments", post.name, answer["count"])
        for item, comment in zip(answer["items"], first):
            self.check_comment(user, item, comment)
            replies = [one for one in shown if one.thread == comment.id]
            self.expect(item["thread"]["count"] == len(replies), "thread", item["thread"])
            self.expect([one["id"] for one in item["thread"]["items"]]
                        == [one.id for one in replies[:10]], "thread", item["thread"])
            for one, reply in zip(item["thread"]["items"], replies):
                self.check_comment(user, one, reply)

    def check_comment(self, user, item, comment):
        if comment.deleted:
            self.expect(item.get("deleted") and not item["text"], "a deleted comment", item)
            return
        self.expect((item["text"], item["from_id"]) == (comment.text, comment.author), "comment",
                    item)
        self.expect((item["likes"]["count"], item["likes"]["user_likes"])
                    == (len(comment.likes), int(user in comment.likes)), "likes of", item)

    def check_likes(self, user, post):
        answer = self.good(user, "likes.getList", type="post", owner_id=post.owner,
                           item_id=post.id)
        self.expect(sorted(answer["items"]) == sorted(post.likes), "likes of", post.name, answer)
        answer = self.good(user, "likes.isLiked", type="post", owner_id=post.owner, item_id=post.id)
        copied = any(copy.author == user and not copy.deleted for copy in post.copies)
        self.expect(answer == {"liked": int(user in post.likes), "copied": int(copied)},
                    "isLiked", post.name, user, answer)

    def check_bans(self):
        answer = self.good(self.admin, "groups.getBanned", group_id=-self.club)
        found = {item["profile"]["id"]: item["ban_info"]["end_date"] for item in answer["items"]}
        wanted = {user: until for user, until in self.bans.items() if self.is_banned(user)}
        self.expect(found == wanted, "blacklist", found, wanted)

    def check_events(self):
        """W7: each once, in order, and no other."""
        shown = []
        for update in self.polling.take():
            kind, thing = update["type"], update["object"]
            self.server.check_event(update)
            if kind.startswith("message"):
                continue
            name = ("id" if kind.startswith("wall") else "object_id" if kind.startswith("like")
                    else "user_id")
            shown.append((kind, thing[name]))
        wanted, self.events = self.events, []
        self.expect(shown == wanted, "events", shown, "instead of", wanted)


def run_walls(server, seed, steps, every=10):
    """A schedule of walls."""
    return walk(WallSchedule(server, seed), seed, steps, every)
