// A VK whose upload server is cut at any byte: an upload ends with the right attachment or a clear
// error, never with another one.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "integration/http/servers/raw_server.hpp"
#include "integration/uploads/upload_bench.hpp"

namespace vkxx::test {
namespace {

using http::test::raw_connection;
using http::test::raw_server;

enum class cut_place { nowhere, request, answer };

struct cut_plan {
  cut_place place = cut_place::nowhere;
  std::size_t at = 0;
  bool reset = false;
  bool announced = true;  // whether the answer has a Content-Length
  bool answered = false;  // whether the answer comes where the request is cut
};

// The answer that the next upload gets, and the photo that its save method makes of it.
class cut_vk {
 public:
  cut_vk() : server_{[this](raw_connection& peer, raw_server&) { return serve(peer); }} {}

  void play(cut_plan plan) {
    const std::lock_guard lock{mutex_};
    plan_ = plan;
    uploads_ = 0;
    servers_ = 0;
    saves_ = 0;
    odd_save_ = false;
  }
  [[nodiscard]] std::string url() const { return server_.url("/"); }
  // Of the last upload.
  [[nodiscard]] std::size_t request_size() const { return request_size_; }
  [[nodiscard]] int servers() const { return servers_; }
  [[nodiscard]] int saves() const { return saves_; }
  // Whether a save method got other values than the upload server gave.
  [[nodiscard]] bool odd_save() const { return odd_save_; }
  [[nodiscard]] static std::string answer() {
    return R"({"server":858212,"photo":"[{\"markers_restarted\":true,\"photo\":\"0123456789:w\"}]",)"
           R"("hash":"fedcba9876543210"})";
  }

 private:
  static std::string reply_of(std::string_view body, bool announced = true) {
    auto text = std::string{"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"};
    text += announced ? "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n"
                      : std::string{"Connection: close\r\n\r\n"};
    return text + std::string{body};
  }

  asio::awaitable<void> serve(raw_connection& peer) {
    for (;;) {
      cut_plan plan;
      {
        const std::lock_guard lock{mutex_};
        plan = plan_;
      }
      if (plan.place == cut_place::request && uploads_ == 0 && servers_ > 0) {
        co_await cut_request(peer, plan);
        co_return;
      }
      const auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      if (request.starts_with("POST /method/photos.getWallUploadServer")) {
        ++servers_;
        // The upload comes over a connection of its own.
        const auto body = R"({"response":{"upload_url":")" + server_.url("/put?key=1") + "\"}}";
        co_await peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n\r\n" + body);
        co_return;
      }
      if (request.starts_with("POST /method/photos.saveWallPhoto")) {
        co_await save(peer, request);
        continue;
      }
      const auto number = ++uploads_;
      request_size_ = request.size();
      const auto reply = reply_of(answer(), plan.announced || number > 1);
      if (plan.place == cut_place::answer && number == 1) {
        co_await peer.write(reply.substr(0, plan.at));
        if (plan.reset) peer.reset();
        co_return;
      }
      co_await peer.write(reply);
    }
  }

  asio::awaitable<void> save(raw_connection& peer, const std::string& request) {
    ++saves_;
    const bool whole =
        request.find("hash=fedcba9876543210") != std::string::npos &&
        request.find("server=858212") != std::string::npos &&
        request.find(
            "photo=%5B%7B%22markers_restarted%22%3Atrue%2C%22photo%22%3A%220123456789%3Aw"
            "%22%7D%5D") != std::string::npos;
    if (!whole) odd_save_ = true;
    co_await peer.write(reply_of(R"({"response":[{"id":7,"owner_id":5,"access_key":"k"}]})"));
  }

  asio::awaitable<void> cut_request(raw_connection& peer, cut_plan plan) {
    ++uploads_;
    co_await peer.skip(plan.at);
    if (plan.answered) co_await peer.write(reply_of(answer()));
    if (plan.reset) peer.reset();
  }

  std::mutex mutex_;
  cut_plan plan_;
  std::atomic<int> uploads_ = 0;
  std::atomic<int> servers_ = 0;
  std::atomic<int> saves_ = 0;
  std::atomic<bool> odd_save_ = false;
  std::atomic<std::size_t> request_size_ = 0;
  raw_server server_;
};

class UploadCut : public ::testing::Test {
 protected:
  UploadCut() {
    auto settings = quiet_settings();
    settings.emulator(vk.url()).access_token(token());
    client.emplace(settings);
    up.emplace(*client);
  }
  result<uploaded> upload(cut_plan plan) {
    vk.play(plan);
    return kept(up->try_run(upload_kind::wall_photo, one_file(picture())));
  }
  // Whatever happened: the right photo, or an error that says that nothing was saved.
  void expect_right(const result<uploaded>& outcome, std::size_t at) {
    EXPECT_FALSE(vk.odd_save()) << at;
    if (outcome) {
      EXPECT_EQ(outcome->to_string(), "photo5_7_k") << at;
      EXPECT_EQ(vk.saves(), 1) << at;
    } else {
      EXPECT_EQ(vk.saves(), 0) << at;
      EXPECT_NE(outcome.error().effect(), request_effect::executed) << at;
    }
  }

  cut_vk vk;
  std::optional<blocking_client> client;
  std::optional<blocking_uploads> up;
};

TEST_F(UploadCut, WithoutOneAllIsWell) {
  const auto outcome = upload({});
  ASSERT_TRUE(outcome) << outcome.error();
  expect_right(outcome, 0);
  EXPECT_EQ(vk.servers(), 1);
}

TEST_F(UploadCut, OfTheAnswerAtEveryByte) {
  const auto size = cut_vk::answer().size() + 110;
  for (const bool reset : {false, true}) {
    for (const bool announced : {true, false}) {
      // An answer that ends with the connection is the one that could be taken for a whole one.
      const std::size_t step = reset ? 11 : announced ? 3 : 1;
      for (std::size_t at = 0; at < size; at += step) {
        const auto outcome = upload({cut_place::answer, at, reset, announced});
        ASSERT_TRUE(outcome) << at << ": " << outcome.error();
        expect_right(outcome, at);
      }
    }
  }
}

TEST_F(UploadCut, OfTheRequestAtManyBytes) {
  ASSERT_TRUE(upload({}));
  const auto size = vk.request_size();
  ASSERT_GT(size, 300U);
  for (const bool reset : {false, true}) {
    for (std::size_t at = 0; at < size; at += reset ? 29 : 7) {
      const auto outcome = upload({cut_place::request, at, reset});
      ASSERT_TRUE(outcome) << at << ": " << outcome.error();
      expect_right(outcome, at);
      EXPECT_EQ(vk.servers(), 2) << at;
    }
  }
}

// A server that has read a part only cannot have the file, whatever it says.
TEST_F(UploadCut, AnAnswerToAPartOfTheFileIsNone) {
  auto file = png(300, 300) + std::string(std::size_t{16} << 20U, '\0');
  cut_plan plan{cut_place::request, 100'000};
  plan.answered = true;
  vk.play(plan);
  const auto outcome =
      kept(up->try_run(upload_kind::wall_photo, one_file(memory_source{"a.png", std::move(file)})));
  ASSERT_TRUE(outcome) << outcome.error();
  expect_right(outcome, 0);
  EXPECT_EQ(vk.servers(), 2);
}

// Random faults of all three steps, many times.
TEST(UploadChaos, EndsWithTheRightAttachmentOrAnError) {
  testing::emulator_fixture vk;
  int succeeded = 0;
  int failed = 0;
  blocking_client client{settings_of(vk)};
  const blocking_uploads up{client};
  for (std::uint32_t i = 0; i < 60; ++i) {
    for (const std::string fault : {"reset", "lost", "truncated", "http_status=502", "error=10"}) {
      vk->add_fault(emulation::parse_fault(fault + ":photos.saveWallPhoto,rate=0.1"));
      if (fault != "error=10")
        vk->add_fault(emulation::parse_fault(fault + ":/upload/wall_photo,rate=0.1"));
    }
    const auto width = 100 + i;
    const auto outcome =
        kept(up.try_run(upload_kind::wall_photo, one_file(picture("p.png", width, 100))));
    vk->clear_faults();
    if (!outcome) {
      ++failed;
      EXPECT_FALSE(outcome.error().message().empty());
      continue;
    }
    ++succeeded;
    const auto name = to_string(outcome->objects().front()).substr(5);
    const auto shown = client.call(request{"photos.getById"}.set("photos", name));
    EXPECT_NE(shown.text().find("\"width\":" + std::to_string(width)), std::string_view::npos)
        << shown.text();
  }
  EXPECT_GT(succeeded, 20);
  EXPECT_EQ(succeeded + failed, 60);
}

}  // namespace
}  // namespace vkxx::test
