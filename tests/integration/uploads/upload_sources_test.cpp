// Where files come from, their types and names.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/uploads/read_source.hpp>
#include "http/public_address.hpp"
#include "integration/http/servers/process.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/uploads/upload_bench.hpp"
#include "uploads/sources/file_content.hpp"
#include "uploads/sources/file_type.hpp"
#include "uploads/sources/source_opener.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using http::test::raw_connection;
using http::test::raw_server;
using http::test::temporary_folder;
using ::testing::HasSubstr;

class UploadSource : public ::testing::Test {
 protected:
  result<uploaded> upload(upload_source file, upload_options options = {}) {
    return upload_by_thread(settings_of(vk), upload_kind::document, one_file(std::move(file)),
                            std::move(options));
  }
  // The title, size and extension that the emulator saw.
  std::string uploaded_bytes() {
    std::string text;
    for (const auto& request : vk->requests())
      if (request.target.starts_with("/upload/") && !request.parameters.empty())
        text = request.parameters.back().second;
    return text;
  }
  // Notices when everybody who opened the pipe has ended.
  std::shared_ptr<const detail::open_file> writers_of(const std::string& pipe) {
    const auto path = folder.path(pipe);
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return std::make_shared<const detail::open_file>(
        ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }
  static bool all_are_gone(const std::shared_ptr<const detail::open_file>& reader) {
    pollfd other_end{reader->get(), POLLIN, 0};
    return ::poll(&other_end, 1, 20'000) == 1 && (other_end.revents & POLLHUP) != 0;
  }
  testing::emulator_fixture vk;
  temporary_folder folder;
};

TEST_F(UploadSource, MayBeAFile) {
  folder.write("report.txt", "twelve bytes");
  ASSERT_TRUE(upload(file_source{folder.path("report.txt")}));
  EXPECT_EQ(uploaded_bytes(), "report.txt (text/plain, 12 bytes)");
  const auto missing = upload(file_source{folder.path("missing.txt")});
  EXPECT_EQ(missing.error(), errc::body_failed);
  EXPECT_EQ(missing.error().effect(), request_effect::not_sent);
  EXPECT_THAT(missing.error().message(), HasSubstr("missing.txt"));
  EXPECT_EQ(upload(file_source{folder.path()}).error(), errc::body_failed) << "a folder";
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(upload(file_source{folder.path("pipe")}).error(), errc::body_failed);
}

TEST_F(UploadSource, AFileThatChangesIsNoticed) {
  const auto path = folder.path("log.txt");
  folder.write("log.txt", std::string(200'000, 'a'));
  for (const bool grows : {false, true}) {
    const auto content = detail::open_content(path);
    ASSERT_TRUE(content);
    auto reader = (*content)->open();
    ASSERT_TRUE(reader);
    std::string buffer(100'000, '\0');
    ASSERT_TRUE((*reader)->read(std::span{buffer}));
    {
      const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | (grows ? O_APPEND : 0));
      ASSERT_EQ(::write(file, "b", 1), 1);
      ::close(file);
      // Not within the same tick of the file system's clock.
      std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() + 1s);
    }
    const auto rest = (*reader)->read(std::span{buffer});
    ASSERT_FALSE(rest) << grows;
    EXPECT_EQ(rest.error(), errc::body_failed);
    EXPECT_THAT(rest.error().message(), HasSubstr("was changed while it was read"));
  }
  // Replaced by another file: what was opened is sent.
  const auto content = detail::open_content(path);
  folder.write("other", "x");
  std::filesystem::rename(folder.path("other"), path);
  const auto whole = http::read_all(**content);
  ASSERT_TRUE(whole) << whole.error();
  EXPECT_EQ(whole->size(), 200'001U);
}

TEST_F(UploadSource, AFileThatShrinksIsNoticed) {
  const auto path = folder.path("log.txt");
  folder.write("log.txt", std::string(200'000, 'a'));
  const auto content = detail::open_content(path);
  std::filesystem::resize_file(path, 10);
  EXPECT_FALSE(http::read_all(**content));
}

// Throws something that is no std::exception.
class throwing_content final : public http::body_source {
 public:
  [[nodiscard]] std::uint64_t size() const noexcept override { return 10; }
  [[nodiscard]] result<std::unique_ptr<http::body_reader>> open() const override { throw 1; }
};

TEST_F(UploadSource, MayThrowAnything) {
  const auto outcome = upload(upload_source{"a.txt", std::make_shared<throwing_content>()});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message(), HasSubstr("no std::exception"));
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent) << outcome.error();
}

TEST_F(UploadSource, MayBeAStream) {
  std::istringstream stream{std::string(100'000, 'x')};
  ASSERT_TRUE(upload(stream_source{"notes.md", stream}));
  EXPECT_EQ(uploaded_bytes(), "notes.md (text/markdown, 100000 bytes)");
  std::istringstream large{std::string(100, 'x')};
  EXPECT_THROW((stream_source{"a", large, 99}), usage_exception);
}

TEST_F(UploadSource, MayBeTheOutputOfAProgram) {
  ASSERT_TRUE(upload(command_source{"words", {"printf", "one two"}}));
  EXPECT_EQ(uploaded_bytes(), "words.bin (application/octet-stream, 7 bytes)");
  const auto expect_failure = [this](command_source source, const std::string& words) {
    const auto outcome = upload(std::move(source));
    ASSERT_FALSE(outcome) << words;
    EXPECT_EQ(outcome.error(), errc::body_failed) << outcome.error();
    EXPECT_THAT(outcome.error().message(), HasSubstr(words));
  };
  expect_failure({"a", {"false"}}, "exit status is 1");
  expect_failure({"a", {"no-such-program-of-vkxx"}}, "cannot be started");
  expect_failure(std::move(command_source{"a", {"sleep", "60"}}.timeout(30ms)), "was killed");
  expect_failure(std::move(command_source{"a", {"yes"}}.max_size(1'000'000)), "more than max_size");
  expect_failure({"a", {"sh", "-c", "kill -9 $$"}}, "a signal ended it: 9");
  EXPECT_THROW((command_source{"a", {}}), usage_exception);
}

// What a program started is killed with it.
TEST_F(UploadSource, ACancelledProgramIsKilled) {
  std::stop_source stop;
  upload_options options;
  options.stop_token(stop.get_token());
  const auto mark = folder.path("begun");
  const auto reader = writers_of("pipe");
  std::jthread stopper{[&] {
    while (!std::filesystem::exists(mark)) std::this_thread::yield();
    stop.request_stop();
  }};
  const auto outcome = upload(command_source{"a",
                                             {"sh", "-c",
                                              "exec 3>" + folder.path("pipe") +
                                                  "; sleep 60 & touch " + mark + "; sleep 60"}},
                              options);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::cancelled) << outcome.error();
  EXPECT_TRUE(all_are_gone(reader));
}

// It would write to the file as long as it likes.
TEST_F(UploadSource, WhatAProgramLeavesRunningIsKilled) {
  const auto reader = writers_of("pipe");
  const auto pipe = folder.path("pipe");
  ASSERT_TRUE(
      upload(command_source{"a.txt", {"sh", "-c", "exec 3>" + pipe + "; sleep 60 & echo text"}}));
  EXPECT_TRUE(all_are_gone(reader));
}

// The temporary file then has the number of the standard input.
TEST(CommandSource, NeedsNoStandardInput) {
  asio::io_context io{1};
  detail::source_environment environment;
  environment.environment.time = system_clock();
  const command_source source{"a.txt", {"printf", "text"}};
  const detail::open_file kept{::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)};
  std::optional<std::uint64_t> size;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        ::close(STDIN_FILENO);
        auto opening = detail::source_access::opener_of(source)->open(environment);
        const auto content = co_await std::move(opening);
        if (content) size = (*content)->size();
      },
      asio::detached);
  io.run_for(20s);
  if (kept.get() >= 0) ::dup2(kept.get(), STDIN_FILENO);
  EXPECT_EQ(size, 4U);
}

raw_server::script site(std::string body) {
  return
      [body = std::move(body)](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
        for (;;) {
          const auto request = co_await peer.read_request();
          if (request.empty()) co_return;
          server.count_request();
          const auto reply = [](std::string_view status, std::string_view header,
                                std::string_view content) {
            return "HTTP/1.1 " + std::string{status} + "\r\n" + std::string{header} +
                   "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" +
                   std::string{content};
          };
          std::string text;
          if (request.starts_with("GET /moved ")) {
            text = reply("302 Found", "Location: pictures/cat.png\r\n", "<html>moved</html>");
          } else if (request.starts_with("GET /loop")) {
            text = reply("302 Found", "Location: /loop\r\n", "");
          } else if (request.starts_with("GET /file ")) {
            text = reply("302 Found", "Location: file:///etc/passwd\r\n", "");
          } else if (request.starts_with("GET /password ")) {
            text = reply("302 Found", "Location: http://a:b@127.0.0.1/\r\n", "");
          } else if (request.starts_with("GET /letters ")) {
            text = reply("302 Found", "Location: /\xD1\x81\xD0\xBE\xD0\xB2\xD0\xB0 1.png\r\n", "");
          } else if (request.starts_with("GET /gone ")) {
            text = reply("404 Not Found", "", "gone");
          } else {
            text = reply("200 OK", "", body);
          }
          co_await peer.write(text);
        }
      };
}

TEST_F(UploadSource, MayBeOnAnotherServer) {
  raw_server server{site(png(40, 40))};
  ASSERT_TRUE(
      upload(std::move(url_source{server.url("/a/owl.png?size=1")}.allow_private_addresses(true))));
  EXPECT_EQ(uploaded_bytes(), "owl.png (image/png, 33 bytes)");
  ASSERT_TRUE(upload(std::move(url_source{server.url("/moved")}.allow_private_addresses(true))));
  EXPECT_EQ(uploaded_bytes(), "moved.png (image/png, 33 bytes)");
  // Blanks and letters that a URL cannot have.
  ASSERT_TRUE(upload(std::move(url_source{server.url("/letters")}.allow_private_addresses(true))));
  ASSERT_TRUE(upload(std::move(url_source{server.url("/\xD1\x81\xD0\xBE\xD0\xB2\xD0\xB0 2.png")}
                                   .allow_private_addresses(true))));
  EXPECT_EQ(uploaded_bytes(), "\xD1\x81\xD0\xBE\xD0\xB2\xD0\xB0 2.png (image/png, 33 bytes)");
  const auto expect_failure = [&](const std::string& url, const std::string& words,
                                  std::uint64_t most = 1000) {
    const auto outcome =
        upload(std::move(url_source{url}.allow_private_addresses(true).max_size(most)));
    ASSERT_FALSE(outcome) << url;
    EXPECT_THAT(outcome.error().message(), HasSubstr(words));
    EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
    EXPECT_EQ(outcome.error().message().find("key="), std::string::npos) << outcome.error();
  };
  expect_failure(server.url("/loop?key=1"), "");
  expect_failure(server.url("/loop"), "more than 5 redirects");
  expect_failure(server.url("/file"), "not http or https");
  expect_failure(server.url("/password"), "password");
  expect_failure(server.url("/gone"), "HTTP status 404");
  expect_failure(server.url("/large"), "cannot be fetched", 10);
  expect_failure("ftp://127.0.0.1/a", "expected an absolute address");
  expect_failure("cat.png", "expected an absolute address");
}

TEST_F(UploadSource, NoPrivateAddressIsConnectedToUnlessAllowed) {
  raw_server server{site("secret")};
  const auto port = std::to_string(server.port());
  for (const std::string& host :
       {std::string{"127.0.0.1"}, std::string{"localhost"}, std::string{"[::1]"},
        std::string{"0.0.0.0"}, std::string{"2130706433"}, std::string{"[::ffff:127.0.0.1]"}}) {
    const auto outcome = upload(url_source{"http://" + host + ":" + port + "/x?key=1"});
    ASSERT_FALSE(outcome) << host;
    EXPECT_EQ(outcome.error(), errc::body_failed) << host << ": " << outcome.error();
    EXPECT_EQ(outcome.error().message().find("key="), std::string::npos);
  }
  EXPECT_EQ(server.accepted(), 0);
}

// Redirects, and notes what it was asked for.
class redirecting_transport final : public http::transport {
 public:
  asio::awaitable<result<http::response>> send(http::request message) override {
    requested.emplace_back(message.url(), message.public_addresses_only());
    http::response answer;
    answer.status = 302;
    answer.headers.push_back({"Location", "http://127.0.0.1/secret"});
    co_return answer;
  }
  std::vector<std::pair<std::string, bool>> requested;
};

TEST(UrlSource, FollowsNoRedirectToAPrivateAddress) {
  const auto transport = std::make_shared<redirecting_transport>();
  auto settings = quiet_settings();
  settings.transport(transport).access_token("token");
  const auto outcome = upload_by_coroutine(settings, upload_kind::document,
                                           one_file(url_source{"http://files.example/a.txt"}));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  // Each step is checked where the connection is made.
  ASSERT_GT(transport->requested.size(), 1U);
  EXPECT_EQ(transport->requested[1].first, "http://127.0.0.1/secret");
  for (const auto& [url, checked] : transport->requested) EXPECT_TRUE(checked) << url;
}

TEST(PublicAddress, IsNoneOfPrivateNetworks) {
  namespace ip = boost::asio::ip;
  for (const char* const text :
       {"10.1.2.3",   "127.0.0.1",       "0.0.0.0",         "169.254.169.254",
        "172.16.0.1", "172.31.255.255",  "192.168.0.1",     "100.64.0.1",
        "198.18.0.1", "224.0.0.1",       "255.255.255.255", "::1",
        "::",         "fe80::1",         "fc00::1",         "fd12::1",
        "ff02::1",    "::ffff:10.0.0.1", "64:ff9b::a00:1",  "2002:a00:1::1",
        "2001::1",    "2001:db8::1",     "::127.0.0.1",     "2001:1ff::1",
        "3fff:fff::1"}) {
    EXPECT_FALSE(http::detail::is_public(ip::make_address(text))) << text;
  }
  for (const char* const text : {"8.8.8.8", "87.240.129.133", "172.32.0.1", "100.128.0.1",
                                 "2a00:bdc0::1", "2001:4860:4860::8888", "::ffff:8.8.8.8",
                                 "2001:200::1", "2001:da8::1", "2001:db7::1", "3fff:1000::1"}) {
    EXPECT_TRUE(http::detail::is_public(ip::make_address(text))) << text;
  }
}

TEST(FileType, IsThatOfTheFirstBytes) {
  using namespace std::string_view_literals;
  const auto type = [](std::string_view bytes) {
    const auto* const found = detail::type_of(bytes);
    return found == nullptr ? std::string_view{} : found->content_type;
  };
  EXPECT_EQ(type(png(1, 1)), "image/png");
  EXPECT_EQ(type(jpeg(1, 1)), "image/jpeg");
  EXPECT_EQ(type(emulation::gif(1, 1)), "image/gif");
  EXPECT_EQ(type("RIFF\1\2\3\4WEBPVP8 "), "image/webp");
  EXPECT_EQ(type("RIFF\1\2\3\4WAVEfmt "), "audio/wav");
  EXPECT_EQ(type("\0\0\0\x18"
                 "ftypmp42"sv),
            "video/mp4");
  EXPECT_EQ(type("OggS"), "audio/ogg");
  EXPECT_EQ(type("ID3\4"), "audio/mpeg");
  EXPECT_EQ(type("%PDF-1.7"), "application/pdf");
  EXPECT_EQ(type("plain text"), "");
  EXPECT_EQ(type(""), "");
  for (std::size_t size = 0; size < 40; ++size)
    static_cast<void>(detail::size_of_picture(jpeg(30, 40, 3).substr(0, size)));
  EXPECT_EQ(detail::size_of_picture(jpeg(30, 40))->height, 40U);
  EXPECT_EQ(detail::size_of_picture(jpeg(30, 40))->width, 30U);
  EXPECT_EQ(detail::size_of_picture(emulation::gif(5, 6))->height, 6U);
  EXPECT_FALSE(detail::size_of_picture("\xFF\xD8\xFF\xE0\0\0\0\0\0\0\0\0\0\0"sv));
}

TEST(FileType, CorrectsTheNameOfTheFile) {
  const auto* const png_type = detail::type_of(png(1, 1));
  const auto* const jpeg_type = detail::type_of(jpeg(1, 1));
  const auto name = [](std::string given, const detail::file_type* type,
                       upload_media media = upload_media::picture, bool keep = false) {
    return detail::name_with_extension(std::move(given), type, media, keep);
  };
  EXPECT_EQ(name("cat.jpg", png_type), "cat.png");
  EXPECT_EQ(name("cat.JPEG", jpeg_type), "cat.JPEG");
  EXPECT_EQ(name("cat", png_type), "cat.png");
  EXPECT_EQ(name("cat.", png_type), "cat.png");
  EXPECT_EQ(name(".cat", png_type), ".cat.png");
  EXPECT_EQ(name("", png_type), "file.png");
  EXPECT_EQ(name("..", png_type), "file.png");
  EXPECT_EQ(name("cat.xyz", nullptr), "cat.xyz");
  EXPECT_EQ(name("cat", nullptr), "cat.jpg");
  EXPECT_EQ(name("a.b.long extension here", png_type), "a.b.long extension here.png");
  EXPECT_EQ(name("report.docx", png_type, upload_media::anything, true), "report.docx");
  EXPECT_EQ(name("report", nullptr, upload_media::anything, true), "report.bin");
}

result<std::string> read_by_coroutine(const config& settings, upload_source file,
                                      std::uint64_t largest) {
  asio::io_context io{1};
  std::optional<result<std::string>> outcome;
  const client plain{io.get_executor(), settings};
  asio::co_spawn(io, read_source(plain, std::move(file), largest),
                 [&](const std::exception_ptr&, result<std::string> bytes) {
                   outcome.emplace(std::move(bytes));
                   io.stop();
                 });
  io.run_for(60s);
  if (!outcome) return error{errc::handler_failed, request_effect::unknown, "the reading hangs"};
  return *std::move(outcome);
}

TEST_F(UploadSource, MayBeReadIntoMemory) {
  const auto settings = settings_of(vk);
  const memory_source file{"a.txt", "twelve bytes"};
  EXPECT_EQ(read_by_coroutine(settings, file, 12).value(), "twelve bytes");
  const auto larger = read_by_coroutine(settings, file, 11);
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error(), errc::body_failed);
  EXPECT_THAT(larger.error().message(), HasSubstr("12 bytes, expected at most 11"));
  raw_server server{site("secret")};
  url_source address{server.url("/moved")};
  EXPECT_EQ(read_by_coroutine(settings, address, 100).error(), errc::body_failed) << "private";
  address.allow_private_addresses(true);
  EXPECT_EQ(read_by_coroutine(settings, address, 100).value(), "secret");
}

TEST(UploadSourceName, HasNoFolders) {
  EXPECT_EQ(memory_source("a/b\\c.png", "x").filename(), "c.png");
  EXPECT_EQ(file_source("/pictures/cat.jpg").filename(), "cat.jpg");
  EXPECT_EQ(url_source("https://example.com/a/b%20c.png?x=1#y").filename(), "b c.png");
  EXPECT_EQ(url_source("https://example.com").filename(), "");
  EXPECT_THROW((upload_source{"a", nullptr}), usage_exception);
}

TEST_F(UploadSource, NamesMayBeSet) {
  memory_source file{"a.txt", "text"};
  file.filename("\xD0\xBE\xD1\x82\xD1\x87\xD1\x91\xD1\x82 \"1\".txt").content_type("text/x-own");
  ASSERT_TRUE(upload(file));
  EXPECT_THAT(uploaded_bytes(), HasSubstr("text/x-own, 4 bytes"));
  EXPECT_THROW(file.content_type("text/plain\r\nX-Own: 1"), usage_exception);
}

}  // namespace
}  // namespace vkxx::test
