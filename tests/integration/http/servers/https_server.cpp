#include "integration/http/servers/https_server.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace vkxx::http::test {
namespace {

// Tells when a file is written to.
class changes_of_file {
 public:
  explicit changes_of_file(const std::string& path) : descriptor_{::inotify_init1(IN_CLOEXEC)} {
    if (descriptor_ < 0 || ::inotify_add_watch(descriptor_, path.c_str(), IN_MODIFY) < 0) {
      throw std::runtime_error{"cannot watch " + path};
    }
  }
  ~changes_of_file() { ::close(descriptor_); }
  changes_of_file(const changes_of_file&) = delete;
  changes_of_file& operator=(const changes_of_file&) = delete;

  // Waits for a change since the last call, for a second at most.
  void wait_for_one() const {
    pollfd event{descriptor_, POLLIN, 0};
    std::array<char, 4096> events{};
    if (::poll(&event, 1, 1000) > 0 && ::read(descriptor_, events.data(), events.size()) < 0) {
      throw std::runtime_error{"cannot read the changes of a file"};
    }
  }

 private:
  int descriptor_;
};

}  // namespace

https_server::https_server() {
  run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-subj", "/CN=vkxx test authority", "-days", "2", "-keyout",
               folder_.path("ca.key"), "-out", ca_file()});
  make_certificate("good", "IP:127.0.0.1,DNS:localhost", 2);
  make_certificate("other", "DNS:other.test", 2);
  make_certificate("expired", "IP:127.0.0.1", -1);
  std::filesystem::create_directory(folder_.path("files"));
  folder_.write("nginx.conf", configuration());
  nginx_ = std::make_unique<child_process>(
      std::vector<std::string>{required_program("nginx"), "-c", folder_.path("nginx.conf"), "-p",
                               folder_.path()},
      folder_.path("nginx.log"));
  for (const auto port : {http2_, http1_, wrong_name_, expired_}) wait_for_listener(port);
  for (const auto& each : ending_) wait_for_listener(each.port);
}

void https_server::make_certificate(const std::string& name, const std::string& subject_names,
                                    int days) {
  const auto file = [&](const char* ending) { return folder_.path(name + ending); };
  folder_.write(name + ".ext", "subjectAltName=" + subject_names + "\n");
  run_program({"openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-subj", "/CN=vkxx test server", "-keyout", file(".key"), "-out",
               file(".csr")});
  run_program({"openssl", "x509", "-req", "-in", file(".csr"), "-CA", ca_file(), "-CAkey",
               folder_.path("ca.key"), "-CAcreateserial", "-days", std::to_string(days), "-extfile",
               file(".ext"), "-out", file(".pem")});
}

std::string https_server::configuration() const {
  const auto server = [this](std::uint16_t port, const char* options, const char* certificate) {
    return "server { listen 127.0.0.1:" + std::to_string(port) + ' ' + options +
           "; ssl_certificate " + folder_.path(certificate) + ".pem; ssl_certificate_key " +
           folder_.path(certificate) +
           ".key; location / { return 200 '{\"protocol\":\"$server_protocol\"}'; }\n" +
           "location /files/ { root " + folder_.path() +
           "; dav_methods PUT DELETE; client_max_body_size 32m; } }\n";
  };
  std::string ending;
  for (const auto& each : ending_) {
    auto text = server(each.port, each.http2 ? "ssl http2" : "ssl", "good");
    text.insert(text.find('{') + 1, " keepalive_requests " + std::to_string(each.requests) + ";");
    ending += text;
  }
  // A single process that keeps root's rights if it has them: it can be ended as a whole, and
  // reads its files in any folder.
  return "daemon off; master_process off; pid " + folder_.path("pid") + "; error_log " +
         folder_.path("error.log") + ";\nevents { worker_connections 2048; }\nhttp {\n" +
         "log_format connections '$connection $server_protocol';\naccess_log " +
         folder_.path("access.log") + " connections;\nclient_body_temp_path " +
         folder_.path("body") + ";\nproxy_temp_path " + folder_.path("proxy") +
         ";\nfastcgi_temp_path " + folder_.path("fastcgi") + ";\nuwsgi_temp_path " +
         folder_.path("uwsgi") + ";\nscgi_temp_path " + folder_.path("scgi") +
         ";\ndefault_type application/json;\nkeepalive_requests 20;\n" +
         server(http2_, "ssl http2", "good") + server(http1_, "ssl", "good") +
         server(wrong_name_, "ssl", "other") + server(expired_, "ssl", "expired") + ending + "}\n";
}

std::string https_server::access_log(std::ptrdiff_t lines) const {
  const auto path = folder_.path("access.log");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  const changes_of_file changes{path};
  while (true) {
    std::ifstream log{path};
    std::string text{std::istreambuf_iterator<char>{log}, {}};
    const auto enough = std::count(text.begin(), text.end(), '\n') >= lines;
    if (enough || std::chrono::steady_clock::now() > deadline) return text;
    changes.wait_for_one();
  }
}

std::string https_server::ending_url(int requests, bool http2) const {
  for (const auto& each : ending_) {
    if (each.requests == requests && each.http2 == http2) return url(each.port);
  }
  throw std::invalid_argument{"no such server"};
}

std::string https_server::file_url(const std::string& name, bool http2) const {
  return "https://127.0.0.1:" + std::to_string(http2 ? http2_ : http1_) + "/files/" + name;
}

std::string https_server::file(const std::string& name) const {
  std::ifstream file{folder_.path("files/" + name), std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string https_server::url(std::uint16_t port) {
  return "https://127.0.0.1:" + std::to_string(port) + "/method/users.get";
}

}  // namespace vkxx::http::test
