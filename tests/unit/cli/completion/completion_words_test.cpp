#include "completion/completion_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vkxx::cli {
namespace {

using word_list = std::vector<std::string>;

word_list completed(const word_list& typed) {
  word_list found;
  for (const auto& one : completion_words(typed)) found.push_back(one.word);
  return found;
}

bool has(const word_list& among, const std::string& word) {
  return std::ranges::find(among, word) != among.end();
}

TEST(completion_words, gives_methods) {
  EXPECT_EQ(completed({"vkxx", "call", "users.getF"}), word_list{"users.getFollowers"});
  EXPECT_EQ(completed({"vkxx", "describe", "users.getF"}), word_list{"users.getFollowers"});
  EXPECT_TRUE(has(completed({"vkxx", "call", "us"}), "users.get")) << "one section only";
  EXPECT_EQ(completed({"vkxx", "call", "nonsense"}), word_list{});
  EXPECT_EQ(completion_words({"call", "stories.de"}).front(),
            (completion_word{"stories.delete", "write; user, group"}));
}

TEST(completion_words, gives_sections_first) {
  const auto all = completed({"call", ""});
  EXPECT_TRUE(has(all, "users."));
  EXPECT_TRUE(has(all, "execute"));
  EXPECT_FALSE(has(all, "users.get"));
  EXPECT_EQ(completed({"call", "st"}),
            (word_list{"stats.", "status.", "storage.", "store.", "stories.", "streaming."}));
  EXPECT_EQ(completed({"methods", "stat"}), (word_list{"stats", "status"}));
  EXPECT_EQ(completed({"methods", "wall", ""}), word_list{});
}

TEST(completion_words, gives_parameters_that_are_not_there_yet) {
  EXPECT_EQ(completed({"call", "users.get", "us"}), word_list{"user_ids="});
  EXPECT_EQ(completed({"call", "users.get", "user_ids=1", "us"}), word_list{});
  EXPECT_EQ(completed({"call", "users.get", "user_ids:=[1]", "us"}), word_list{});
  EXPECT_EQ(completed({"call", "users.get", "user=1", "us"}), word_list{"user_ids="});
  EXPECT_EQ(completion_words({"call", "photos.getComments", "photo_id"}).front(),
            (completion_word{"photo_id=", "required; integer"}));
  EXPECT_EQ(completed({"describe", "users.get", ""}), word_list{});
  EXPECT_EQ(completed({"all", "friends.get", "us"}), word_list{"user_id="});
}

TEST(completion_words, finds_the_method_among_options) {
  const word_list typed{"vkxx", "call", "--lang", "en", "--token-file", "t", "users.get", "us"};
  EXPECT_EQ(completed(typed), word_list{"user_ids="});
}

TEST(completion_words, gives_values) {
  EXPECT_EQ(completed({"call", "wall.get", "filter=owner"}), word_list{"filter=owner"});
  EXPECT_EQ(completed({"call", "wall.get", "extended="}), (word_list{"extended=0", "extended=1"}));
  EXPECT_EQ(completed({"call", "users.get", "fields=city,home_t"}),
            word_list{"fields=city,home_town"});
  EXPECT_EQ(completed({"call", "wall.get", "count="}), word_list{});
  EXPECT_EQ(completed({"call", "wall.get", "nonsense=1"}), word_list{});
}

TEST(completion_words, leaves_the_rest_to_the_shell) {
  EXPECT_EQ(completed({"call", "--to"}), word_list{});
  EXPECT_EQ(completed({"explain", ""}), word_list{});
  EXPECT_EQ(completed({"call"}), word_list{}) << "the command itself is being typed";
  EXPECT_EQ(completed({}), word_list{});
}

}  // namespace
}  // namespace vkxx::cli
