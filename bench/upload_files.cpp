// What an upload costs: speed and CPU beside `curl -F` of the same file in the same run, memory
// above that of a client that has uploaded a small file.
//   vkxx_bench_uploads [GIB [RUNS]]
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/uploads.hpp>

#include "stream_costs.hpp"

namespace bench {
namespace {

void upload(const vkxx::blocking_uploads& up, vkxx::upload_source file) {
  std::vector<vkxx::upload_source> files;
  files.push_back(std::move(file));
  vkxx::upload_options options;
  options.local_checks(false);
  const auto outcome = up.run(vkxx::upload_kind::document, std::move(files), std::move(options));
  if (outcome.to_string() != "doc1_1") throw std::runtime_error{"another document"};
}

cost vkxx_upload_cost(const std::string& url, const std::string& path) {
  vkxx::config settings;
  settings.emulator(url.substr(0, url.size() - 1)).access_token("token");
  vkxx::blocking_client vk{settings};
  const vkxx::blocking_uploads up{vk};
  upload(up, vkxx::memory_source{"small.txt", std::string(100'000, 'a')});
  const auto idle = memory("VmRSS");
  forget_peak_memory();
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto began = now();
  upload(up, vkxx::file_source{path});
  cost measured;
  measured.wall = now() - began;
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  measured.cpu = cpu_of(after) - cpu_of(before);
  measured.memory = memory("VmHWM") - idle;
  return measured;
}

void measure(std::uint64_t size, int runs) {
  const sink_server server{0};
  const sparse_file file{size};
  const auto url = server.url();
  const auto form = "file=@" + file.path();
  const auto target = url + "upload";
  cost curl;
  cost ours;
  for (int i = 0; i < runs; ++i) {
    keep_best(curl, [&] { return curl_cost("-H", "Expect:", "-F", form.c_str(), target.c_str()); });
    keep_best(ours, [&] { return vkxx_upload_cost(url, file.path()); });
  }
  std::printf(
      "| | curl, CPU s | vkxx, CPU s | curl, wall s | vkxx, wall s | speed beside curl | peak "
      "memory "
      "above idle, KiB |\n|---|---:|---:|---:|---:|---:|---:|\n"
      "| upload of a document | %.2f | %.2f | %.2f | %.2f | %.2f | %ld |\n",
      curl.cpu, ours.cpu, curl.wall, ours.wall, curl.wall / ours.wall, ours.memory);
}

}  // namespace
}  // namespace bench

int main(int count, char** arguments) {
  try {
    const auto number = [&](int i, double standard) {
      return count > i ? std::stod(arguments[i]) : standard;
    };
    const auto size = static_cast<std::uint64_t>(number(1, 4) * 1024 * 1024 * 1024);
    bench::measure(size, static_cast<int>(number(2, 3)));
    return EXIT_SUCCESS;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return EXIT_FAILURE;
  }
}
