// What an upload costs: speed and CPU beside `curl -F` of the same file in the same run, and the
// most heap that is in use above that of a client that has uploaded a small file. The resident size
// is no measure of that: the kernel counts it in steps of up to 256 KiB.
//   vkxx_bench_uploads [GIB [RUNS]]
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/uploads.hpp>

#include "stream_costs.hpp"

namespace bench {
namespace {

long heap_in_use() {
  const auto seen = ::mallinfo2();
  return static_cast<long>((seen.uordblks + seen.hblkhd) / 1024);
}

void upload(const vkxx::blocking_uploads& up, vkxx::upload_source file,
            std::function<void(const vkxx::upload_progress&)> on_progress = {}) {
  std::vector<vkxx::upload_source> files;
  files.push_back(std::move(file));
  vkxx::upload_options options;
  options.local_checks(false);
  if (on_progress) options.on_progress(std::move(on_progress));
  const auto outcome = up.run(vkxx::upload_kind::document, std::move(files), std::move(options));
  if (outcome.to_string() != "doc1_1") throw std::runtime_error{"another document"};
}

cost vkxx_upload_cost(const std::string& url, const std::string& path) {
  vkxx::config settings;
  settings.emulator(url.substr(0, url.size() - 1)).access_token("token");
  vkxx::blocking_client vk{settings};
  const vkxx::blocking_uploads up{vk};
  upload(up, vkxx::memory_source{"small.txt", std::string(100'000, 'a')});
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto began = now();
  upload(up, vkxx::file_source{path});
  cost measured;
  measured.wall = now() - began;
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  measured.cpu = cpu_of(after) - cpu_of(before);
  return measured;
}

// Heap in use, in KiB, at each block that was sent.
long peak_heap(const std::string& url, const std::string& path) {
  vkxx::config settings;
  settings.emulator(url.substr(0, url.size() - 1)).access_token("token");
  vkxx::blocking_client vk{settings};
  const vkxx::blocking_uploads up{vk};
  upload(up, vkxx::memory_source{"small.txt", std::string(100'000, 'a')});
  const auto idle = heap_in_use();
  long most = idle;
  upload(up, vkxx::file_source{path},
         [&most](const vkxx::upload_progress&) { most = std::max(most, heap_in_use()); });
  return most - idle;
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
  const auto heap = apart("an upload", [&] { return peak_heap(url, file.path()); });
  if (!heap) throw std::runtime_error{"a contender failed"};
  std::printf(
      "| | curl, CPU s | vkxx, CPU s | curl, wall s | vkxx, wall s | speed beside curl | most heap "
      "above idle, KiB |\n|---|---:|---:|---:|---:|---:|---:|\n"
      "| upload of a document | %.2f | %.2f | %.2f | %.2f | %.2f | %ld |\n",
      curl.cpu, ours.cpu, curl.wall, ours.wall, curl.wall / ours.wall, *heap);
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
