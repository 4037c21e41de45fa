// Sources and sinks by themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <vkxx/http/body.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::http {
namespace {

using testing::HasSubstr;

class BodyFiles : public testing::Test {
 protected:
  BodyFiles() {
    std::string name = std::filesystem::temp_directory_path() / "vkxx-body-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder"};
    folder_ = name;
  }
  ~BodyFiles() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const char* name) const { return folder_ / name; }
  void write(const char* name, std::string_view text) const {
    std::ofstream{path(name), std::ios::binary} << text;
  }
  [[nodiscard]] std::string text_of(const char* name) const {
    std::ifstream file{path(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  [[nodiscard]] std::ptrdiff_t files() const {
    const std::filesystem::directory_iterator all{folder_};
    return std::distance(begin(all), end(all));
  }

 private:
  std::filesystem::path folder_;
};

TEST(BytesSource, IsReadAsOftenAsItIsOpened) {
  const auto source = make_bytes_source("some bytes");
  EXPECT_EQ(source->size(), 10U);
  EXPECT_EQ(read_all(*source).value(), "some bytes");
  EXPECT_EQ(read_all(*source).value(), "some bytes");
  const auto reader = source->open().value();
  std::array<char, 7> buffer{};
  EXPECT_EQ(reader->read(buffer).value(), 7U);
  EXPECT_EQ(reader->read(buffer).value(), 3U);
  EXPECT_EQ(reader->read(buffer).value(), 0U);
}

TEST_F(BodyFiles, SourceGivesTheFile) {
  write("cat.jpg", "meow");
  write("empty", "");
  const auto source = make_file_source(path("cat.jpg")).value();
  EXPECT_EQ(source->size(), 4U);
  EXPECT_EQ(read_all(*source).value(), "meow");
  EXPECT_EQ(read_all(*make_file_source(path("empty")).value()).value(), "");
  write("cat.jpg", "purr");
  EXPECT_EQ(read_all(*source).value(), "purr");
}

TEST_F(BodyFiles, SourceNamesTheFileThatCannotBeRead) {
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  const auto text_of_error = [](const result<std::shared_ptr<const body_source>>& source) {
    EXPECT_FALSE(source);
    EXPECT_EQ(source.error().code(), errc::body_failed);
    EXPECT_EQ(source.error().effect(), request_effect::not_sent);
    return source.error().message();
  };
  EXPECT_EQ(text_of_error(make_file_source(path("none"))),
            path("none") + ": it cannot be opened: No such file or directory");
  for (const auto& special : {path("fifo"), path(""), std::string{"/dev/zero"}}) {
    EXPECT_THAT(text_of_error(make_file_source(special)),
                HasSubstr(special + ": it is not a regular file"));
  }
}

TEST_F(BodyFiles, SourceSeesThatTheFileShrinksOrGrows) {
  for (const std::size_t size : {5UL, 15UL}) {
    write("cat.jpg", "0123456789");
    const auto source = make_file_source(path("cat.jpg")).value();
    const auto reader = source->open().value();
    std::array<char, 6> buffer{};
    ASSERT_EQ(reader->read(buffer).value(), 6U);
    std::filesystem::resize_file(path("cat.jpg"), size);
    const auto rest = reader->read(buffer);
    ASSERT_FALSE(rest) << "the whole body was handed out";
    EXPECT_EQ(rest.error().message(), path("cat.jpg") + ": its size changed from 10 to " +
                                          std::to_string(size) +
                                          " bytes before it was sent as a whole");
    EXPECT_FALSE(source->open());
  }
}

TEST_F(BodyFiles, SinkReplacesTheFileWhenItCommits) {
  write("cat.jpg", "an older cat");
  const auto sink = make_file_sink(path("cat.jpg")).value();
  EXPECT_EQ(files(), 1);
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(sink->write("lost"));
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(sink->write("a new"));
  ASSERT_TRUE(sink->write(" cat"));
  EXPECT_EQ(text_of("cat.jpg"), "an older cat");
  ASSERT_TRUE(sink->commit());
  EXPECT_EQ(text_of("cat.jpg"), "a new cat");
  EXPECT_EQ(files(), 1);
}

TEST_F(BodyFiles, SinkLeavesNothingBehind) {
  for (const bool discard : {true, false}) {
    const auto sink = make_file_sink(path("cat.jpg")).value();
    ASSERT_TRUE(sink->begin());
    ASSERT_TRUE(sink->write("half"));
    EXPECT_EQ(files(), 1);
    if (discard) sink->discard();
    EXPECT_EQ(files(), discard ? 0 : 1);
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(BodyFiles, SinkNamesTheFileThatCannotBeWritten) {
  for (const auto& unfit : {path("none/cat.jpg"), path("")}) {
    const auto sink = make_file_sink(unfit);
    ASSERT_FALSE(sink);
    EXPECT_EQ(sink.error().code(), errc::body_failed);
    EXPECT_THAT(sink.error().message(), HasSubstr(unfit + ": it cannot be written: "));
  }
}

TEST(Request, HasOneBody) {
  request message{"POST", "https://vk.test/"};
  message.body("text", "text/plain");
  EXPECT_EQ(message.body_size(), 4U);
  message.body(make_bytes_source("bytes"), "image/png");
  EXPECT_EQ(message.body(), "");
  EXPECT_EQ(message.body_size(), 5U);
  message.body("text", "text/plain");
  EXPECT_EQ(message.source(), nullptr);
  EXPECT_THROW(message.body(std::shared_ptr<const body_source>{}, "image/png"), usage_exception);
}

}  // namespace
}  // namespace vkxx::http
