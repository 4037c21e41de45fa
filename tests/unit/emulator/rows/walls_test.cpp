#include "emulator/methods/version_forms.hpp"
#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

class Walls : public service_fixture {
 protected:
  std::int64_t add_post(const std::string& form, const std::string& token = {}) {
    return call("wall.post", form, token).at("post_id").as_int64();
  }
  std::int64_t add_comment(const std::string& form, const std::string& token = {}) {
    return call("wall.createComment", form, token).at("comment_id").as_int64();
  }
  std::string code_and_text(const std::string& method, const std::string& form,
                            const std::string& token = {}) {
    const auto refused = error(method, form, token);
    return text(refused.at("error_code")) + " " + string_at(refused, "error_msg");
  }
  boost::json::value older(const std::string& method, const std::string& form,
                           const std::string& version, const std::string& token) {
    const auto reply = send("POST", "/method/" + method, form + "&v=" + version,
                            {{"Authorization", "Bearer " + token}});
    return boost::json::parse(reply.body).at("response");
  }
};

TEST_F(Walls, CommentsAreWrittenEditedDeletedAndRestored) {
  const auto first = add_comment("owner_id=-1&post_id=1&message=one", tokens.other_user);
  const auto below = "owner_id=-1&post_id=1&reply_to_comment=" + std::to_string(first);
  const auto answer = add_comment(below + "&message=two&from_group=1");
  EXPECT_EQ(first, 4) << "posts and comments of a wall share their ids";
  EXPECT_EQ(answer, 5);
  const auto page = call("wall.getComments",
                         "owner_id=-1&post_id=1&need_likes=1&thread_items_count=5&extended=1");
  EXPECT_EQ(page.at("count"), 2);
  EXPECT_EQ(page.at("current_level_count"), 1);
  const auto& shown = page.at("items").at(0);
  EXPECT_EQ(shown.at("from_id"), 2);
  EXPECT_EQ(shown.at("thread").at("count"), 1);
  EXPECT_EQ(shown.at("thread").at("items").at(0).at("from_id"), -1);
  EXPECT_EQ(shown.at("thread").at("items").at(0).at("reply_to_user"), 2);
  EXPECT_EQ(text(shown.at("likes")), R"({"can_like":1,"can_publish":1,"count":0,"user_likes":0})");
  const auto name = "owner_id=-1&comment_id=" + std::to_string(first);
  EXPECT_EQ(call("wall.editComment", name + "&message=ONE", tokens.other_user), 1);
  EXPECT_EQ(call("wall.getComment", name).at("items").at(0).at("text"), "ONE");
  EXPECT_EQ(code_and_text("wall.editComment", name + "&message=mine"),
            "211 Access to wall's comment denied");
  EXPECT_EQ(call("wall.deleteComment", name), 1) << "the administrator may";
  EXPECT_EQ(code_and_text("wall.getComment", name), "212 Access to post comments denied");
  const auto left = call("wall.getComments", "owner_id=-1&post_id=1");
  EXPECT_EQ(left.at("items").at(0).at("deleted"), true) << "an answer is still there";
  EXPECT_EQ(call("wall.getById", "posts=-1_1").at("items").at(0).at("comments").at("count"), 1);
  EXPECT_EQ(call("wall.restoreComment", name, tokens.other_user), 1);
  EXPECT_EQ(error("wall.restoreComment", name).at("error_code"), 243);
}

TEST_F(Walls, CommentsArePagedAndSentOnce) {
  for (int i = 0; i < 25; ++i) add_comment("post_id=1&message=c" + std::to_string(i));
  std::string seen;
  for (const auto* offset : {"0", "10", "20", "30"}) {
    const auto page = call("wall.getComments", "post_id=1&sort=desc&offset=" + std::string{offset});
    for (const auto& comment : page.at("items").as_array()) seen += text(comment.at("id")) + " ";
  }
  EXPECT_TRUE(seen.starts_with("28 27 26 ")) << seen;
  EXPECT_TRUE(seen.ends_with(" 5 4 ")) << seen;
  EXPECT_EQ(
      call("wall.getComments", "post_id=1&start_comment_id=20&count=2").at("items").at(0).at("id"),
      20);
  EXPECT_EQ(call("wall.getComments", "post_id=1&preview_length=1").at("items").at(0).at("text"),
            "c");
  const auto first = add_comment("post_id=2&message=a&guid=7");
  EXPECT_EQ(add_comment("post_id=2&message=a&guid=7"), first);
  EXPECT_NE(add_post("message=a&guid=7"), first);
  EXPECT_EQ(code_and_text("wall.createComment", "post_id=99&message=a"),
            "212 Access to post comments denied");
  EXPECT_EQ(code_and_text("wall.getComments", "post_id=99"),
            "15 Access denied: post was not found check post_id param");
  const auto closed = add_post("message=quiet&close_comments=1");
  EXPECT_EQ(code_and_text("wall.createComment", "message=a&post_id=" + std::to_string(closed)),
            "213 Access to status replies denied");
}

TEST_F(Walls, LikesAreCountedForPostsCommentsAndOthers) {
  EXPECT_EQ(call("likes.add", "type=post&owner_id=-1&item_id=1").at("likes"), 1);
  EXPECT_EQ(call("likes.add", "type=post&owner_id=-1&item_id=1").at("likes"), 1);
  EXPECT_EQ(call("likes.add", "type=post&owner_id=-1&item_id=1", tokens.other_user).at("likes"), 2);
  EXPECT_EQ(text(call("likes.getList", "type=post&owner_id=-1&item_id=1")),
            R"({"count":2,"items":[1,2]})");
  EXPECT_EQ(text(call("likes.getList", "type=post&owner_id=-1&item_id=1&offset=1&count=1")),
            R"({"count":2,"items":[2]})");
  EXPECT_EQ(call("likes.getList", "type=post&owner_id=-1&item_id=1&extended=1&skip_own=1")
                .at("items")
                .at(0)
                .at("first_name"),
            "Анна");
  const auto post = call("wall.getById", "posts=-1_1").at("items").at(0);
  EXPECT_EQ(text(post.at("likes")), R"({"can_like":0,"can_publish":1,"count":2,"user_likes":1})");
  EXPECT_EQ(call("likes.delete", "type=post&owner_id=-1&item_id=1").at("likes"), 1);
  EXPECT_EQ(text(call("likes.isLiked", "type=post&owner_id=-1&item_id=1&user_id=2")),
            R"({"liked":1,"copied":0})");
  const auto comment = std::to_string(add_comment("post_id=1&message=a"));
  EXPECT_EQ(call("likes.add", "type=comment&item_id=" + comment).at("likes"), 1);
  EXPECT_EQ(call("likes.add", "type=photo&item_id=5").at("likes"), 1);
  EXPECT_EQ(text(call("likes.isLiked", "type=photo&item_id=5")), R"({"liked":1,"copied":0})");
  EXPECT_EQ(error("likes.add", "type=post&item_id=99").at("error_code"), 100);
  EXPECT_EQ(error("likes.add", "type=comment&item_id=99").at("error_code"), 100);
}

TEST_F(Walls, RepostsShowWhatTheyCopy) {
  const auto answer = call("wall.repost", "object=wall-1_1&message=look", tokens.other_user);
  EXPECT_EQ(text(answer), R"({"success":1,"post_id":1,"reposts_count":1,"wall_repost_count":1,)"
                          R"("mail_repost_count":0,"likes_count":0})");
  const auto copy = call("wall.get", "owner_id=2&extended=1");
  const auto& post = copy.at("items").at(0);
  EXPECT_EQ(post.at("text"), "look");
  EXPECT_EQ(text(post.at("attachments")), "[]");
  EXPECT_EQ(post.at("copy_history").at(0).at("text"), "News number 1");
  EXPECT_EQ(copy.at("groups").at(0).at("id"), 1) << "the author of the original";
  call("wall.edit", "post_id=1&message=look!", tokens.other_user);
  EXPECT_EQ(call("wall.getById", "posts=2_1").at("items").at(0).at("copy_history").at(0).at("id"),
            1);
  // A repost of a repost has both.
  call("wall.repost", "object=wall2_1&group_id=2");
  const auto second = call("wall.getById", "posts=-2_1").at("items").at(0);
  EXPECT_EQ(second.at("copy_history").as_array().size(), 2U);
  EXPECT_EQ(call("wall.getById", "posts=-2_1&copy_history_depth=1")
                .at("items")
                .at(0)
                .at("copy_history")
                .as_array()
                .size(),
            1U);
  const auto original = call("wall.getById", "posts=-1_1", tokens.other_user).at("items").at(0);
  EXPECT_EQ(original.at("reposts").at("count"), 1);
  EXPECT_EQ(original.at("reposts").at("user_reposted"), 1);
  EXPECT_EQ(call("wall.getReposts", "owner_id=-1&post_id=1").at("items").at(0).at("owner_id"), 2);
  EXPECT_EQ(text(call("likes.getList", "type=post&owner_id=-1&item_id=1&filter=copies")),
            R"({"count":1,"items":[2]})");
  call("wall.delete", "post_id=1", tokens.other_user);
  EXPECT_EQ(text(call("wall.getReposts", "owner_id=-1&post_id=1").at("items")), "[]");
  EXPECT_EQ(error("wall.repost", "object=wall-1_99").at("error_code"), 214);
  EXPECT_EQ(error("wall.repost", "object=nonsense").at("error_code"), 100);
}

TEST_F(Walls, PostsAreEditedRestoredAndPinned) {
  EXPECT_EQ(text(call("wall.edit", "post_id=1&message=new")), R"({"post_id":1})");
  const auto edited = call("wall.getById", "posts=1_1").at("items").at(0).as_object();
  EXPECT_EQ(edited.at("text"), "new");
  EXPECT_TRUE(edited.contains("edited"));
  EXPECT_EQ(code_and_text("wall.edit", "owner_id=1&post_id=1&message=x", tokens.other_user),
            "210 Access to wall's post denied");
  EXPECT_EQ(call("wall.pin", "post_id=1"), 1);
  EXPECT_EQ(call("wall.get").at("items").at(0).at("is_pinned"), 1);
  EXPECT_EQ(call("wall.pin", "post_id=2"), 1);
  EXPECT_EQ(call("wall.get").at("items").at(0).at("id"), 2);
  EXPECT_FALSE(call("wall.get").at("items").at(2).as_object().contains("is_pinned"));
  EXPECT_EQ(call("wall.unpin", "post_id=2"), 1);
  EXPECT_EQ(call("wall.get").at("items").at(0).at("id"), 3);
  EXPECT_EQ(error("wall.pin", "owner_id=1&post_id=1", tokens.other_user).at("error_code"), 15);
  call("wall.delete", "post_id=3");
  EXPECT_EQ(call("wall.restore", "post_id=3"), 1);
  EXPECT_EQ(call("wall.get").at("count"), 3);
  EXPECT_EQ(error("wall.restore", "post_id=3").at("error_code"), 210);
}

TEST_F(Walls, CommentsAreClosedAndOpened) {
  EXPECT_EQ(call("wall.closeComments", "owner_id=-1&post_id=1"), 1);
  EXPECT_EQ(call("wall.closeComments", "owner_id=-1&post_id=1"), 0) << "they were closed";
  const auto comment = "owner_id=-1&post_id=1&message=x";
  EXPECT_EQ(error("wall.createComment", comment, tokens.other_user).at("error_code"), 213);
  EXPECT_EQ(call("wall.getById", "posts=-1_1").at("items").at(0).at("comments").at("can_open"), 1);
  EXPECT_EQ(error("wall.openComments", "owner_id=-1&post_id=1", tokens.other_user).at("error_code"),
            15);
  EXPECT_EQ(call("wall.openComments", "owner_id=-1&post_id=1"), 1);
  EXPECT_GT(add_comment(comment, tokens.other_user), 0);
  EXPECT_EQ(error("wall.closeComments", "owner_id=-1&post_id=99").at("error_code"), 210);
}

TEST_F(Walls, PostsLeaveOutWhatOnlyMessagesCarry) {
  const auto id = add_post("message=x&attachments=audio_message1_5,photo1_7,story1_2");
  const auto post = call("wall.getById", "posts=1_" + std::to_string(id)).at("items").at(0);
  ASSERT_EQ(post.at("attachments").as_array().size(), 1U);
  EXPECT_EQ(post.at("attachments").at(0).at("type"), "photo");
  EXPECT_EQ(error("wall.post", "attachments=story1_2").at("error_code"), 100);
}

TEST_F(Walls, SearchFindsWordsInEitherCase) {
  const auto id = add_post("message=%D0%9C%D0%BE%D1%80%D0%B5+sea");
  const auto found = call("wall.search", "owner_id=1&query=%D0%BC%D0%BE%D1%80%D0%B5&extended=1");
  EXPECT_EQ(found.at("count"), 1);
  EXPECT_EQ(found.at("items").at(0).at("id").as_int64(), id);
  EXPECT_EQ(found.at("profiles").at(0).at("id"), 1);
  EXPECT_EQ(call("wall.search", "domain=durov&query=nothing").at("count"), 0);
}

TEST_F(Walls, ClosedAndDeletedWallsAreRefusedInTheWordsOfVk) {
  EXPECT_EQ(code_and_text("wall.get", "owner_id=12"), "18 User was deleted or banned");
  EXPECT_EQ(code_and_text("wall.get", "owner_id=13"), "18 User was deleted or banned");
  EXPECT_EQ(code_and_text("wall.get", "owner_id=8", tokens.other_user),
            "30 This profile is private");
  EXPECT_EQ(call("wall.get", "owner_id=8").at("count"), 0) << "a friend";
  call("groups.leave", "group_id=3", tokens.other_user);
  EXPECT_EQ(code_and_text("wall.get", "owner_id=-3", tokens.other_user),
            "15 Access denied: this wall available only for community members");
  add_post("owner_id=-3&from_group=1&message=secret");
  EXPECT_EQ(text(call("wall.getById", "posts=-3_1", tokens.other_user).at("items")), "[]");
  EXPECT_EQ(call("newsfeed.search", "q=secret", tokens.other_user).at("count"), 0);
  EXPECT_EQ(call("newsfeed.search", "q=secret").at("count"), 1);
  EXPECT_EQ(
      error("likes.add", "type=post&owner_id=-3&item_id=1", tokens.other_user).at("error_code"),
      15);
  EXPECT_EQ(error("wall.getComments", "owner_id=-3&post_id=1", tokens.other_user).at("error_code"),
            15);
  EXPECT_EQ(error("wall.post", "owner_id=-3&message=x", tokens.other_user).at("error_code"), 214);
  call("groups.ban", "group_id=1&owner_id=2");
  EXPECT_EQ(code_and_text("wall.get", "owner_id=-1", tokens.other_user),
            "15 Access denied: user is in blacklist");
}

TEST_F(Walls, OlderVersionsGetTheFormsOfTheTable) {
  struct deviation {
    const char* method;
    const char* form;
    const char* member;  // Of the current form.
  };
  const std::vector<deviation> known{{"groups.getById", "group_ids=1", "groups"},
                                     {"wall.getById", "posts=-1_1", "items"}};
  ASSERT_EQ(detail::all_version_forms().size(), known.size());
  for (const auto& [method, form, member] : known) {
    const auto now = older(method, form, "5.139", tokens.user);
    EXPECT_EQ(older(method, form, "5.138", tokens.user), now.at(member)) << method;
    EXPECT_EQ(older(method, form, "5.81", tokens.user), now.at(member)) << method;
    EXPECT_EQ(older(method, form, "5.199", tokens.user), now) << method;
  }
  EXPECT_TRUE(older("wall.getById", "posts=-1_1&extended=1", "5.131", tokens.user).is_object());
  EXPECT_EQ(older("groups.getById", "", "5.131", tokens.community).at(0).at("id"), 1);
}

}  // namespace
}  // namespace vkxx::emulation
