#include "completion/completion_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "commands/command_list.hpp"

namespace vkxx::cli {
namespace {

using word_list = std::vector<std::string>;

word_list completed(const word_list& typed) {
  word_list found;
  for (const auto& found_word : completion_words(all_commands(), typed))
    found.push_back(found_word.word);
  return found;
}

bool has(const word_list& among, const std::string& word) {
  return std::ranges::find(among, word) != among.end();
}

TEST(CompletionWords, GivesMethods) {
  EXPECT_EQ(completed({"vkxx", "call", "users.getF"}), word_list{"users.getFollowers"});
  EXPECT_EQ(completed({"vkxx", "describe", "users.getF"}), word_list{"users.getFollowers"});
  EXPECT_TRUE(has(completed({"vkxx", "call", "us"}), "users.get")) << "one section only";
  EXPECT_EQ(completed({"vkxx", "call", "nonsense"}), word_list{});
  EXPECT_EQ(completion_words(all_commands(), {"call", "stories.de"}).front(),
            (completion_word{"stories.delete", "write; user, group"}));
}

TEST(CompletionWords, GivesSectionsFirst) {
  const auto all = completed({"call", ""});
  EXPECT_TRUE(has(all, "users."));
  EXPECT_TRUE(has(all, "execute"));
  EXPECT_FALSE(has(all, "users.get"));
  EXPECT_EQ(completed({"call", "st"}),
            (word_list{"stats.", "status.", "storage.", "store.", "stories.", "streaming."}));
  EXPECT_EQ(completed({"methods", "stat"}), (word_list{"stats", "status"}));
  EXPECT_EQ(completed({"methods", "wall", ""}), word_list{});
}

TEST(CompletionWords, GivesParametersThatAreNotThereYet) {
  EXPECT_EQ(completed({"call", "users.get", "us"}), word_list{"user_ids="});
  EXPECT_EQ(completed({"call", "users.get", "user_ids=1", "us"}), word_list{});
  EXPECT_EQ(completed({"call", "users.get", "user_ids:=[1]", "us"}), word_list{});
  EXPECT_EQ(completed({"call", "users.get", "user=1", "us"}), word_list{"user_ids="});
  EXPECT_EQ(completion_words(all_commands(), {"call", "photos.getComments", "photo_id"}).front(),
            (completion_word{"photo_id=", "required; integer"}));
  EXPECT_EQ(completed({"describe", "users.get", ""}), word_list{});
  EXPECT_EQ(completed({"all", "friends.get", "us"}), word_list{"user_id="});
}

TEST(CompletionWords, FindsTheMethodAmongOptions) {
  const word_list typed{"vkxx", "call", "--lang", "en", "--token-file", "t", "users.get", "us"};
  EXPECT_EQ(completed(typed), word_list{"user_ids="});
}

TEST(CompletionWords, GivesValues) {
  EXPECT_EQ(completed({"call", "wall.get", "filter=owner"}), word_list{"filter=owner"});
  EXPECT_EQ(completed({"call", "wall.get", "extended="}), (word_list{"extended=0", "extended=1"}));
  EXPECT_EQ(completed({"call", "users.get", "fields=city,home_t"}),
            word_list{"fields=city,home_town"});
  EXPECT_EQ(completed({"call", "wall.get", "count="}), word_list{});
  EXPECT_EQ(completed({"call", "wall.get", "nonsense=1"}), word_list{});
}

TEST(CompletionWords, LeavesTheRestToTheShell) {
  EXPECT_EQ(completed({"call", "--to"}), word_list{});
  EXPECT_EQ(completed({"login", ""}), word_list{});
  EXPECT_EQ(completed({"call"}), word_list{}) << "the command itself is being typed";
  EXPECT_EQ(completed({}), word_list{});
}

TEST(CompletionWords, GivesErrorsByNumberAndName) {
  EXPECT_EQ(completed({"vkxx", "explain", "captcha"}), word_list{"captcha_needed"});
  EXPECT_TRUE(has(completed({"vkxx", "explain", "--json", "1"}), "14"));
  EXPECT_EQ(completed({"vkxx", "explain", "15", "1"}), word_list{});
}

}  // namespace
}  // namespace vkxx::cli
