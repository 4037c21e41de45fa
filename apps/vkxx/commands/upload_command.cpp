// `vkxx upload`: files to VK.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>
#include <vkxx/uploads.hpp>

#include "command_line/arguments.hpp"
#include "command_line/usage_failure.hpp"
#include "options/call_command.hpp"
#include "options/upload_target.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/caller.hpp"
#include "session/ordered_jobs.hpp"
#include "terminal/interruption.hpp"
#include "terminal/transfer_bar.hpp"

namespace vkxx::cli {
namespace {

struct upload_command : call_command {
  std::string kind;
  std::vector<std::string> files;
  std::optional<std::string> to;
  std::vector<std::string> parameters;
  std::optional<std::string> name;
  std::optional<std::string> store;
  bool unchecked = false;
};

constexpr auto upload_help = "vkxx upload --help";
// As many as vkxx::uploads runs with one token.
constexpr std::size_t uploads_at_once = 4;

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

// A file that is named wrongly is a mistake in the command line: nothing is sent then, not even the
// other files. The rest is found while it is read.
void check_file(const std::string& path) {
  struct stat facts {};
  const bool found = ::stat(path.c_str(), &facts) == 0;
  if (found && S_ISREG(facts.st_mode) && ::access(path.c_str(), R_OK) == 0) return;
  const auto reason = found && !S_ISREG(facts.st_mode)
                          ? std::string{"it is not a regular file; pipe its content to the file -"}
                          : std::generic_category().message(errno);
  throw usage_failure{fmt::format("{} cannot be uploaded: {}", printable(path), reason),
                      upload_help};
}

upload_source source_of(const std::string& file) {
  if (file == "-") {
    stream_source input{"stdin", std::cin};
    // The stream takes a failed read for the end.
    if (std::ferror(stdin) != 0) throw usage_failure{"standard input cannot be read", upload_help};
    return input;
  }
  if (is_url(file)) return url_source{file};
  check_file(file);
  return file_source{file};
}

// Before signals are caught: while standard input is read, they end the process.
std::vector<upload_source> sources_of(const upload_command& options) {
  std::vector<upload_source> sources;
  if (std::ranges::count(options.files, "-") > 1)
    throw usage_failure{"standard input (-) can be uploaded once only", upload_help};
  if (options.name && options.files.size() != 1)
    throw usage_failure{"--name is for a single file", upload_help};
  try {
    for (const auto& file : options.files) {
      sources.push_back(source_of(file));
      if (options.name) sources.back().filename(*options.name);
    }
  } catch (const exception& failure) {
    throw usage_failure{failure.error().message(), upload_help};
  }
  return sources;
}

// What one account uploaded is not another's, and what an emulator has is not VK's.
class account_store final : public attachment_store {
 public:
  account_store(std::shared_ptr<attachment_store> whole, const std::string& account)
      : whole_{std::move(whole)}, prefix_{account + ':'} {}

  [[nodiscard]] std::optional<std::string> find(std::string_view key) override {
    return whole_->find(prefix_ + std::string{key});
  }
  [[nodiscard]] result<void> put(std::string_view key, std::string_view attachment) override {
    return whole_->put(prefix_ + std::string{key}, attachment);
  }
  void erase(std::string_view key) override { whole_->erase(prefix_ + std::string{key}); }

 private:
  const std::shared_ptr<attachment_store> whole_;
  const std::string prefix_;
};

std::shared_ptr<attachment_store> store_of(const std::string& file, const std::string& account) {
  auto store = make_file_attachment_store(file);
  if (!store) throw usage_failure{store.error().message(), upload_help};
  return std::make_shared<account_store>(*std::move(store), account);
}

upload_options options_of(const upload_command& options, const upload_target& target,
                          const interruption& stop) {
  upload_options result;
  for (const auto& [name, value] : target.parameters) result.set(name, value);
  // The notation of `vkxx call`.
  const auto given = make_request("upload", options.parameters, read_file);
  for (const auto& entry : given.parameters().entries())
    if (entry.text) result.set(entry.name, *entry.text);
  result.local_checks(!options.unchecked);
  result.stop_token(stop.token());
  return result;
}

// How many files one request takes.
std::size_t files_at_once(const upload_facts& facts) {
  const auto blanks = std::ranges::count(facts.fields, ' ');
  return facts.fields.empty() ? 0 : static_cast<std::size_t>(blanks) + 1;
}

void print_result(const uploaded& result, const std::vector<std::string>& files, bool json) {
  if (result.maybe_doubled()) {
    write_message(
        "vkxx: warning: VK may have saved this twice: an answer was lost, and the upload was "
        "repeated");
  }
  if (result.missing() > 0) {
    write_message(fmt::format("vkxx: warning: VK left out {} of the files", result.missing()));
  }
  const auto text = result.to_string();
  const auto consequence = fmt::format("VK saved {}{}", fmt::join(files, ", "),
                                       text.empty() ? std::string{} : " as " + text);
  if (!json) {
    write_output((text.empty() ? std::string{"done"} : text) + '\n', consequence);
    return;
  }
  boost::json::object members{{"kind", to_string(result.kind())}};
  members["files"] = boost::json::array(files.begin(), files.end());
  if (!result.objects().empty()) members["attachment"] = result.to_string();
  if (!result.value().empty()) members["value"] = result.value();
  members["maybe_doubled"] = result.maybe_doubled();
  if (result.from_store()) members["from_store"] = true;
  auto known = printed_value(members, json_layout::compact);
  known.resize(known.rfind('}'));
  const auto response = result.json().empty() ? std::string{"null"} : result.json();
  write_output(
      printed_json(fmt::format("{},\"response\":{}}}", known, response), json_layout::compact),
      consequence);
}

// An upload that did not succeed.
struct failed_upload {
  std::vector<std::string> files;
  error failure;
};

// The step that failed is named: an upload makes several calls, and talks to another server.
std::string description_of_upload(const error& failure, token_presence token) {
  // The advice for calls does not help with an upload server.
  if (failure.details() == nullptr && failure.method().empty())
    return printable(failure.to_string());
  const auto text = description_of(failure, token);
  return failure.details() == nullptr ? text : failure.method() + ": " + text;
}

exit_status report_each(const std::vector<failed_upload>& failed, bool named, token_presence token,
                        bool json) {
  for (const auto& each : failed) {
    const auto files = named ? printable(fmt::format("{}: ", fmt::join(each.files, ", "))) : "";
    write_message(json ? error_json(each.failure, token, each.files)
                       : "vkxx: " + files + description_of_upload(each.failure, token));
  }
  return status_of(failed.front().failure);
}

// What a signal ended is told in one sentence, after what failed by itself.
exit_status report_interrupted(std::vector<failed_upload> failed, int signal, bool named,
                               token_presence token, bool json) {
  const auto ended = std::stable_partition(failed.begin(), failed.end(), [](const auto& each) {
    return each.failure != errc::cancelled;
  });
  const std::vector<failed_upload> others(failed.begin(), ended);
  if (!others.empty()) static_cast<void>(report_each(others, named, token, json));
  std::vector<std::string> saved;
  std::size_t files = 0;
  for (auto each = ended; each != failed.end(); ++each) {
    files += each->files.size();
    if (each->failure.effect() >= request_effect::unknown)
      saved.insert(saved.end(), each->files.begin(), each->files.end());
  }
  auto message = std::string{"interrupted"};
  if (!saved.empty())
    message += fmt::format("; VK may have saved {}", fmt::join(saved, ", "));
  else if (files > 0)
    message += fmt::format("; VK did not save the {}", files > 1 ? "files" : "file");
  return report_failure("interrupted", message, status_of_signal(signal), format_of(json));
}

// The uploads of one command, and their progress together.
class upload_batch {
 public:
  upload_batch(const blocking_uploads& up, upload_kind kind, std::vector<upload_source> sources,
               std::size_t files_each, const upload_options& settings)
      : up_{up}, kind_{kind}, settings_{settings} {
    std::size_t next = 0;
    do {
      const auto end = std::min(next + files_each, sources.size());
      std::vector<upload_source> files(sources.begin() + static_cast<std::ptrdiff_t>(next),
                                       sources.begin() + static_cast<std::ptrdiff_t>(end));
      groups_.push_back(std::move(files));
      next = end;
    } while (next < sources.size());
    progress_.resize(groups_.size());
    bar_.emplace(groups_.front().empty() ? std::string{facts_of(kind).name}
                                         : groups_.front().front().filename());
  }

  [[nodiscard]] std::size_t size() const noexcept { return groups_.size(); }
  [[nodiscard]] std::vector<std::string> names(std::size_t group) const {
    std::vector<std::string> names;
    for (const auto& file : groups_.at(group)) names.push_back(file.filename());
    return names;
  }
  // From several threads, each with another group.
  [[nodiscard]] result<uploaded> run(std::size_t group) {
    auto settings = settings_;
    settings.on_progress([this, group](const upload_progress& now) { show(group, now); });
    auto outcome = up_.try_run(kind_, groups_.at(group), settings);
    if (!outcome) bar_->clear();
    return outcome;
  }
  void clear() { bar_->clear(); }

 private:
  void show(std::size_t group, const upload_progress& now) {
    const std::lock_guard lock{mutex_};
    progress_.at(group) = {now.sent, now.to_send};
    std::uint64_t sent = 0;
    std::uint64_t total = 0;
    for (const auto& [part, whole] : progress_) {
      sent += part;
      total += whole;
    }
    bar_->show(sent, total);
  }

  const blocking_uploads& up_;
  const upload_kind kind_;
  const upload_options& settings_;
  std::vector<std::vector<upload_source>> groups_;
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> progress_;
  std::optional<transfer_bar> bar_;
};

using upload_jobs = ordered_jobs<result<uploaded>>;

struct batch_outcome {
  std::vector<failed_upload> failed;
  std::vector<std::string> not_begun;
  std::exception_ptr unprinted;  // why results could not be printed
};

// Prints what VK has, in the order of the files. If that is not possible, nothing more is begun,
// and what VK saved all the same goes to standard error; but not if the reader has gone.
batch_outcome print_results(upload_batch& batch, upload_jobs& jobs, bool json) {
  batch_outcome outcome;
  for (std::size_t group = 0; group < batch.size(); ++group) {
    // Those after a failure may have been begun before it.
    const auto each = jobs.wait(group);
    const auto names = batch.names(group);
    batch.clear();
    try {
      if (!each) {
        outcome.not_begun.insert(outcome.not_begun.end(), names.begin(), names.end());
      } else if (!*each) {
        outcome.failed.push_back({names, each->error()});
      } else {
        print_result(**each, names, json);
      }
    } catch (const output_closed&) {
      jobs.end();
      outcome.unprinted = std::current_exception();
    } catch (const output_failure& failure) {
      jobs.end();
      if (outcome.unprinted) write_message(std::string{"vkxx: "} + failure.what());
      if (!outcome.unprinted) outcome.unprinted = std::current_exception();
    }
  }
  return outcome;
}

exit_status run_upload(const upload_command& options) {
  // An empty variable of a script is not the wish to upload elsewhere.
  if (options.to && options.to->empty()) throw usage_failure{"--to is empty", upload_help};
  if (options.name && options.name->empty()) throw usage_failure{"--name is empty", upload_help};
  const auto target = target_of(options.kind, options.to.value_or(""));
  const auto& facts = facts_of(target.kind);
  const auto files_each = files_at_once(facts);
  if (files_each == 0 && !options.files.empty())
    throw usage_failure{fmt::format("{} takes no file", facts.name), upload_help};
  if (files_each > 0 && options.files.empty()) throw usage_failure{"FILE is missing", upload_help};
  auto sources = sources_of(options);
  const interruption stop;
  auto settings = options_of(options, target, stop);
  caller vk{options, request{std::string{facts.server_method}}, stop};
  if (options.store) settings.store(store_of(*options.store, vk.account()));
  // A part of the key in the store.
  if (!vk.given_token().empty()) settings.access_token(vk.given_token());
  vk.pause_notices();
  const blocking_uploads up{vk.client()};
  upload_batch batch{up, target.kind, std::move(sources), files_each, settings};
  // In an album photos are in the order in which they came.
  upload_jobs jobs{batch.size(), files_each > 1 ? 1 : uploads_at_once,
                   [&batch](std::size_t group) { return batch.run(group); },
                   [](const result<uploaded>& outcome) { return outcome.has_value(); }};
  const auto [failed, not_begun, unprinted] = print_results(batch, jobs, options.json);
  auto status = exit_status::done;
  if (!failed.empty()) {
    const bool named = batch.size() > 1;
    status = stop.signal() != 0
                 ? report_interrupted(failed, stop.signal(), named, vk.token(), options.json)
                 : report_each(failed, named, vk.token(), options.json);
    if (!not_begun.empty())
      write_message(printable(fmt::format("vkxx: not begun: {}", fmt::join(not_begun, ", "))));
  }
  if (unprinted) std::rethrow_exception(unprinted);
  return status;
}

}  // namespace

command_description upload_description() {
  const auto options = std::make_shared<upload_command>();
  command_description command{"upload", "Upload files and print them as attachments"};
  command.text("KIND", options->kind, {}, "Such as photo, document, video; see docs/uploads.md")
      .set_required()
      .set_words(upload_kind_words());
  command
      .texts("FILE", options->files, {},
             "A file, - for standard input, or an http(s) address of a public server")
      .set_kind(value_kind::file);
  command
      .text("--to", options->to, "PLACE",
            "wall, wall:COMMUNITY, album:ID, community:ID, chat:ID, or a peer")
      .set_words(upload_place_words());
  command
      .texts("--set", options->parameters, "PARAMETER",
             "A parameter of the kind, as for vkxx call: caption=text, tags:=[\"a\"]")
      .set_details(
          "A parameter of the kind, in the notation of vkxx call; may be given several times. "
          "docs/uploads.md lists the parameters of each kind.");
  command.text("--name", options->name, "NAME", "The name that VK gets, for a single file");
  command.file("--store", options->store,
               "File that remembers what was uploaded: the same file is not sent once more");
  command.flag("--unchecked", options->unchecked,
               "Do not check size, type and dimensions before anything is sent");
  add_call_settings(command, *options, "Print a JSON object for each upload");
  command.examples({
      "vkxx upload photo cat.jpg --to wall",
      "vkxx upload photo *.jpg --to album:275 --set caption=Owls",
      "vkxx upload document report.pdf --to 2000000001",
      "vkxx upload video film.mp4 --set name=Film --json | jq -r .attachment",
      "pg_dump | gzip | vkxx upload document - --name dump.sql.gz",
  });
  command.notes(
      R"(Prints what messages.send and wall.post take as `attachment` (photo1_2_key), or the value that the
next method takes, in the order of the files. Four files are uploaded at the same time; photos of an album
one request after another, five in each. After the first failure none is begun. If standard error is a terminal, a line there shows the progress.)");
  command.details(
      R"(Uploads files: asks VK for an upload server, sends the files there, and saves them. The files are
read while they are sent, whatever their size. A file that changes meanwhile is not uploaded.

The token and the answers to VK's challenges are as for vkxx call. If the upload server refuses a file,
its words are in the message, and nothing is saved.)");
  command.on_run([options] { return run_upload(*options); });
  return command;
}

}  // namespace vkxx::cli
