// Stores of what was uploaded already.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "integration/http/servers/process.hpp"
#include "integration/uploads/upload_bench.hpp"
#include "uploads/sources/file_content.hpp"

namespace vkxx::test {
namespace {

using http::test::temporary_folder;

TEST(MemoryStore, KeepsTheLastUsed) {
  const auto store = make_memory_attachment_store(2);
  ASSERT_TRUE(store->put("a", "photo1_1"));
  ASSERT_TRUE(store->put("b", "photo1_2"));
  EXPECT_EQ(store->find("a"), "photo1_1");
  ASSERT_TRUE(store->put("c", "photo1_3"));
  EXPECT_EQ(store->find("b"), std::nullopt);
  EXPECT_EQ(store->find("a"), "photo1_1");
  store->erase("a");
  EXPECT_EQ(store->find("a"), std::nullopt);
  ASSERT_TRUE(store->put("c", "photo1_4"));
  EXPECT_EQ(store->find("c"), "photo1_4");
}

class FileStore : public ::testing::Test {
 protected:
  std::shared_ptr<attachment_store> open(std::size_t limit = 100) {
    return make_file_attachment_store(path, limit).value();
  }
  std::string text() const {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  temporary_folder folder;
  std::string path = folder.path("attachments.jsonl");
};

TEST_F(FileStore, IsOneLineForEachEntry) {
  ASSERT_TRUE(open()->put("wall_photo:1", "photo1_1_key"));
  EXPECT_EQ(text(), "{\"key\":\"wall_photo:1\",\"attachment\":\"photo1_1_key\"}\n");
  EXPECT_EQ(open()->find("wall_photo:1"), "photo1_1_key");
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  open()->erase("wall_photo:1");
  EXPECT_EQ(text(), "");
}

TEST_F(FileStore, IsSharedAndBounded) {
  const auto first = open(3);
  const auto second = open(3);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE((i % 2 == 0 ? first : second)->put("k" + std::to_string(i), "photo1_1"));
  EXPECT_TRUE(first->find("k4"));
  EXPECT_TRUE(second->find("k4"));
  EXPECT_TRUE(first->find("k2"));
  EXPECT_FALSE(first->find("k1"));
}

TEST_F(FileStore, LosesNothingBetweenThreads) {
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 3; ++thread) {
      threads.emplace_back([this, thread] {
        const auto store = open();
        for (int i = 0; i < 10; ++i)
          EXPECT_TRUE(store->put(std::to_string(thread) + "_" + std::to_string(i), "photo1_1"));
      });
    }
  }
  const auto store = open();
  for (int thread = 0; thread < 3; ++thread)
    for (int i = 0; i < 10; ++i)
      EXPECT_TRUE(store->find(std::to_string(thread) + "_" + std::to_string(i)));
}

// File systems give the number of a removed file to the next one, within one tick of their clock.
TEST_F(FileStore, NoticesANewFileWithTheNumberAndTheTimeOfTheOld) {
  const auto first = open(1);
  const auto second = open(1);
  ASSERT_TRUE(first->put("a", "photo1_1"));
  const auto time = std::filesystem::last_write_time(path);
  ASSERT_TRUE(second->put("b", "photo1_2"));
  ASSERT_TRUE(second->put("c", "photo1_3"));
  std::filesystem::last_write_time(path, time);
  EXPECT_EQ(first->find("c"), "photo1_3");
}

// The lock of a process that was stopped.
TEST_F(FileStore, WaitsForALockWithALimit) {
  const auto store = open();
  ASSERT_TRUE(store->put("a", "photo1_1"));
  {
    const detail::open_file other{::open((path + ".lock").c_str(), O_RDWR | O_CLOEXEC)};
    ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
    const auto kept = store->put("b", "photo1_2");
    ASSERT_FALSE(kept);
    EXPECT_NE(kept.error().message().find("keeps it locked"), std::string::npos) << kept.error();
  }
  EXPECT_TRUE(store->put("b", "photo1_2"));
}

TEST_F(FileStore, MustBeARegularFile) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto store = make_file_attachment_store(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error(), errc::body_failed);
}

TEST_F(FileStore, IgnoresWhatIsNoEntry) {
  std::ofstream{path} << "nonsense\n{\"key\":1,\"attachment\":\"x\"}\n{}\n\n"
                      << std::string(10'000, '{') << "\n{\"key\":\"a\",\"attachment\":\"doc1_2\"}\n"
                      << "{\"key\":\"b\",\"attach";
  EXPECT_EQ(open()->find("a"), "doc1_2");
  EXPECT_EQ(open()->find("b"), std::nullopt);
}

TEST_F(FileStore, LeavesAFileOfSomethingElseAsItIs) {
  std::ofstream{path} << "my notes\n{\"a\":1}\n";
  const auto store = make_file_attachment_store(path);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message(), ::testing::HasSubstr("it is no attachment store"));
  // Also if it comes later.
  std::filesystem::remove(path);
  const auto early = open();
  std::ofstream{path} << "my notes\n";
  EXPECT_FALSE(early->put("a", "doc1_2"));
  std::ifstream file{path};
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "my notes");
}

TEST_F(FileStore, FailsWithThePathAndLeavesNothingBehind) {
  const auto folder_store = make_file_attachment_store(folder.path());
  ASSERT_FALSE(folder_store);
  EXPECT_EQ(folder_store.error(), errc::body_failed);
  const auto nowhere = make_file_attachment_store(folder.path("none/at/all"));
  ASSERT_TRUE(nowhere) << "there is no file yet";
  EXPECT_FALSE((*nowhere)->put("a", "b"));
  const auto store = open();
  ASSERT_TRUE(store->put("a", "b"));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& each :
       std::filesystem::directory_iterator{std::filesystem::path{path}.parent_path()})
    ++files;
  EXPECT_EQ(files, 2U) << "the store and its lock";
}

TEST(UploadStore, KnowsWhatWasUploaded) {
  testing::emulator_fixture vk;
  const auto store = make_memory_attachment_store();
  const auto upload = [&](upload_source file, upload_options options = {}) {
    options.store(store);
    vk->clear_requests();
    auto outcome = upload_by_thread(settings_of(vk), upload_kind::wall_photo,
                                    one_file(std::move(file)), std::move(options));
    EXPECT_TRUE(outcome) << outcome.error();
    return *outcome;
  };
  const auto first = upload(picture());
  EXPECT_FALSE(first.from_store());
  const auto again = upload(picture("other name.png"));
  EXPECT_TRUE(again.from_store());
  EXPECT_EQ(again.to_string(), first.to_string());
  EXPECT_EQ(vk->requests().size(), 0U);
  EXPECT_FALSE(upload(picture("a.png", 300, 301)).from_store()) << "another content";
  EXPECT_FALSE(upload(picture(), upload_options{}.set("caption", "owl")).from_store());
  upload_options other;
  other.community(group_id{5});
  EXPECT_FALSE(upload(picture(), other).from_store());
  EXPECT_TRUE(upload(picture(), other).from_store());
}

// A value that is no attachment is always uploaded.
TEST(UploadStore, IsForAttachmentsOnly) {
  testing::emulator_fixture vk;
  for (int i = 0; i < 2; ++i) {
    upload_options options;
    options.store(make_memory_attachment_store());
    const auto outcome = upload_by_thread(settings_of(vk), upload_kind::pretty_card_photo,
                                          one_file(picture()), options);
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_FALSE(outcome->from_store());
  }
}

}  // namespace
}  // namespace vkxx::test
