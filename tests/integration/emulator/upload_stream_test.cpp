// Files that come in over real sockets, in pieces.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <thread>

#include <vkxx/emulator.hpp>
#include <vkxx/testing/manual_clock.hpp>

#include "integration/emulator/raw_client.hpp"
#include "unit/emulator/files/sample_pictures.hpp"

namespace vkxx::emulation {
namespace {

class UploadStream : public ::testing::Test {
 protected:
  explicit UploadStream(emulator_options options = emulator_options{})
      : vk{options.body_limit(100'000)} {}

  boost::json::value call(const std::string& method, const std::string& form) {
    raw_client client{vk.port()};
    client.send(post(method, form, vk.tokens().user));
    return boost::json::parse(body_of(client.receive())).at("response");
  }
  std::string target(const std::string& method) {
    const std::string url{call(method, "v=5.199").at("upload_url").as_string()};
    return url.substr(url.find("/upload/"));
  }
  static std::string head(const std::string& target, std::size_t length,
                          const std::string& more = {}) {
    return "POST " + target +
           " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; " +
           "boundary=" + std::string{sample_boundary} +
           "\r\nContent-Length: " + std::to_string(length) + "\r\n" + more + "\r\n";
  }

  emulator vk;
};

// Far more than `body_limit`, which is for forms.
TEST_F(UploadStream, TakesFilesBeyondTheLimitOfBodies) {
  const auto body = form_of({{"file", "large.bin", std::string(3'000'000, 'x')}});
  raw_client client{vk.port()};
  client.send(head(target("docs.getUploadServer"), body.size()) + body);
  const auto answer = body_of(client.receive());
  EXPECT_NE(answer.find("|3000000|large.bin|"), std::string::npos) << answer;
  client.send("GET /_emulator/suspended HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  EXPECT_NE(client.receive().find("200 OK"), std::string::npos);
}

TEST_F(UploadStream, TakesChunksAndWaitsForContinue) {
  const auto body = form_of({{"photo", "a.png", png(10, 20)}});
  raw_client client{vk.port()};
  client.send("POST " + target("photos.getWallUploadServer") +
              " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=" +
              std::string{sample_boundary} +
              "\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive(true), "HTTP/1.1 100 Continue\r\n\r\n");
  for (const char letter : body) client.send(std::string{"1\r\n"} + letter + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_NE(body_of(client.receive()).find("\"hash\""), std::string::npos);
}

TEST_F(UploadStream, RefusesAFileThatIsTooLargeBeforeItHasCome) {
  raw_client client{vk.port()};
  client.send(head(target("photos.getWallUploadServer"), std::size_t{60} << 20U) + "--");
  const auto refused = client.receive_all();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 413 "));
  EXPECT_NE(refused.find("<center>nginx</center>"), std::string::npos);
}

TEST_F(UploadStream, IsNotUsedUpByABodyThatIsCut) {
  const auto address = target("photos.getWallUploadServer");
  const auto body = form_of({{"photo", "a.png", png(10, 20)}});
  {
    raw_client client{vk.port()};
    client.send(head(address, body.size()) + body.substr(0, body.size() / 2));
  }
  raw_client client{vk.port()};
  client.send(head(address, body.size()) + body);
  EXPECT_NE(body_of(client.receive()).find("\"hash\""), std::string::npos);
}

TEST_F(UploadStream, StopsWhileAFileComes) {
  raw_client client{vk.port()};
  client.send(head(target("docs.getUploadServer"), 1'000'000) + "--" +
              std::string{sample_boundary});
  vk.stop();
  EXPECT_EQ(client.receive_all(), "");
}

class SlowUpload : public UploadStream {
 protected:
  SlowUpload() : SlowUpload{std::make_shared<testing::manual_clock>()} {}
  explicit SlowUpload(std::shared_ptr<testing::manual_clock> source)
      : UploadStream{emulator_options{}.time(source)}, time{std::move(source)} {}

  std::shared_ptr<testing::manual_clock> time;
};

TEST_F(SlowUpload, IsReadInPiecesOfTime) {
  const auto body = form_of({{"photo", "a.png", png(10, 20)}});
  const auto address = target("photos.getWallUploadServer");
  vk.add_fault(parse_fault("slow_read=1000"));
  raw_client client{vk.port()};
  client.send(head(address, body.size()) + body);
  while (time->waiting() == 0) std::this_thread::yield();
  EXPECT_EQ(vk.requests().size(), 1U);
  // One pause for each piece, however many the socket makes of them.
  std::thread reader{[&] {
    EXPECT_NE(body_of(client.receive()).find("\"hash\""), std::string::npos);
    vk.stop();
  }};
  while (vk.requests().size() < 2) time->advance(std::chrono::seconds{1});
  reader.join();
}

}  // namespace
}  // namespace vkxx::emulation
