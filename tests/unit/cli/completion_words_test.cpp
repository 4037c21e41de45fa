#include "completion_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vkxx::cli {
namespace {

using words = std::vector<std::string>;

words completed(const words& typed) {
  words found;
  for (const auto& one : completion_words(typed)) found.push_back(one.word);
  return found;
}

bool has(const words& among, const std::string& word) {
  return std::ranges::find(among, word) != among.end();
}

TEST(completion_words, gives_methods) {
  EXPECT_EQ(completed({"vkxx", "call", "users.getF"}), words{"users.getFollowers"});
  EXPECT_EQ(completed({"vkxx", "describe", "users.getF"}), words{"users.getFollowers"});
  EXPECT_TRUE(has(completed({"vkxx", "call", "us"}), "users.get")) << "one section only";
  EXPECT_EQ(completed({"vkxx", "call", "nonsense"}), words{});
  EXPECT_EQ(completion_words({"call", "stories.de"}).front(),
            (completion_word{"stories.delete", "write; user, group"}));
}

TEST(completion_words, gives_sections_first) {
  const auto all = completed({"call", ""});
  EXPECT_TRUE(has(all, "users."));
  EXPECT_TRUE(has(all, "execute"));
  EXPECT_FALSE(has(all, "users.get"));
  EXPECT_EQ(completed({"call", "st"}),
            (words{"stats.", "status.", "storage.", "store.", "stories.", "streaming."}));
  EXPECT_EQ(completed({"methods", "stat"}), (words{"stats", "status"}));
  EXPECT_EQ(completed({"methods", "wall", ""}), words{});
}

TEST(completion_words, gives_parameters_that_are_not_there_yet) {
  EXPECT_EQ(completed({"call", "users.get", "us"}), words{"user_ids="});
  EXPECT_EQ(completed({"call", "users.get", "user_ids=1", "us"}), words{});
  EXPECT_EQ(completed({"call", "users.get", "user_ids:=[1]", "us"}), words{});
  EXPECT_EQ(completed({"call", "users.get", "user=1", "us"}), words{"user_ids="});
  EXPECT_EQ(completion_words({"call", "photos.getComments", "photo_id"}).front(),
            (completion_word{"photo_id=", "required; integer"}));
  EXPECT_EQ(completed({"describe", "users.get", ""}), words{});
  EXPECT_EQ(completed({"all", "friends.get", "us"}), words{"user_id="});
}

TEST(completion_words, finds_the_method_among_options) {
  const words typed{"vkxx", "call", "--lang", "en", "--token-file", "t", "users.get", "us"};
  EXPECT_EQ(completed(typed), words{"user_ids="});
}

TEST(completion_words, gives_values) {
  EXPECT_EQ(completed({"call", "wall.get", "filter=owner"}), words{"filter=owner"});
  EXPECT_EQ(completed({"call", "wall.get", "extended="}), (words{"extended=0", "extended=1"}));
  EXPECT_EQ(completed({"call", "users.get", "fields=city,home_t"}), words{"fields=city,home_town"});
  EXPECT_EQ(completed({"call", "wall.get", "count="}), words{});
  EXPECT_EQ(completed({"call", "wall.get", "nonsense=1"}), words{});
}

TEST(completion_words, leaves_the_rest_to_the_shell) {
  EXPECT_EQ(completed({"call", "--to"}), words{});
  EXPECT_EQ(completed({"explain", ""}), words{});
  EXPECT_EQ(completed({"call"}), words{}) << "the command itself is being typed";
  EXPECT_EQ(completed({}), words{});
}

}  // namespace
}  // namespace vkxx::cli
