#include "integration/redis/redis_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace vkxx::test {

using http::test::child_process;
using http::test::required_program;
using http::test::run_program;

redis_server::redis_server(redis_settings settings) : settings_{std::move(settings)} {
  if (settings_.is_tls()) {
    make_certificates();
    port_ = http::test::free_port();
  }
  start();
}

void redis_server::start() {
  std::vector<std::string> command{required_program("redis-server"),
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   file("redis.sock"),
                                   "--save",
                                   "",
                                   "--dir",
                                   folder_.path()};
  if (settings_.is_tls()) {
    command.insert(command.end(), {"--tls-port", std::to_string(port_), "--tls-cert-file",
                                   file("server.pem"), "--tls-key-file", file("server.key"),
                                   "--tls-ca-cert-file", file("ca.pem"), "--bind", "127.0.0.1"});
  }
  const auto& further = settings_.arguments();
  command.insert(command.end(), further.begin(), further.end());
  server_.emplace(command, file("log"));
  boost::asio::io_context io;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  for (;;) {
    boost::asio::local::stream_protocol::socket socket{io};
    boost::system::error_code failure;
    socket.connect({file("redis.sock")}, failure);
    if (!failure) return;
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error{"Redis does not start"};
    std::this_thread::yield();
  }
}

void redis_server::kill() {
  server_.reset();
  std::filesystem::remove(file("redis.sock"));
}

void redis_server::freeze() {
  ::kill(server_->id(), SIGSTOP);
}

void redis_server::thaw() {
  ::kill(server_->id(), SIGCONT);
}

std::string redis_server::command(const std::vector<std::string>& words) const {
  std::vector<std::string> whole{required_program("redis-cli"), "-s", file("redis.sock")};
  whole.insert(whole.end(), words.begin(), words.end());
  const http::test::temporary_folder printed;
  child_process client{whole, printed.path("text")};
  EXPECT_EQ(client.wait(), 0);
  std::ifstream text{printed.path("text")};
  return {std::istreambuf_iterator<char>{text}, {}};
}

// An authority, and certificates for the server and for a client.
void redis_server::make_certificates() {
  const auto openssl = required_program("openssl");
  run_program({openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-days", "2", "-subj", "/CN=authority", "-keyout", file("ca.key"), "-out",
               file("ca.pem")});
  folder_.write("names", "subjectAltName=DNS:localhost\n");
  for (const std::string name : {"server", "client"}) {
    run_program({openssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-subj", "/CN=" + name, "-keyout", file(name + ".key"), "-out",
                 file(name + ".csr")});
    run_program({openssl, "x509", "-req", "-in", file(name + ".csr"), "-CA", file("ca.pem"),
                 "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile",
                 file("names"), "-out", file(name + ".pem")});
  }
}

}  // namespace vkxx::test
