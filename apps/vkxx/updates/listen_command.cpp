// `vkxx listen`: updates as JSON lines, or posted to a program.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/value.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>
#include <vkxx/schema_tables/schema_tables.hpp>
#include <vkxx/updates/long_poll.hpp>

#include "command_line/exit_status.hpp"
#include "command_line/usage_failure.hpp"
#include "options/call_command.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/caller.hpp"
#include "terminal/interruption.hpp"
#include "updates/cursor_file.hpp"
#include "updates/passed_updates.hpp"
#include "updates/update_poster.hpp"

namespace vkxx::cli {
namespace {

constexpr auto listen_help = "vkxx listen --help";

struct listen_command : call_command {
  std::optional<std::int64_t> group;
  bool user = false;
  int version = 3;
  int wait = 25;
  std::vector<std::string> types;
  std::string from;
  std::string cursor_path;
  std::optional<std::string> forward_to;
  std::optional<std::string> secret_key;
  std::optional<std::size_t> limit;
};

// The words of all values, which may be lists.
std::vector<std::string> split_words(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const auto& value : values) {
    std::size_t begin = 0;
    while (begin <= value.size()) {
      const auto end = std::min(value.find(',', begin), value.size());
      if (end > begin) words.push_back(value.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return words;
}

long_poll_options poll_options(const listen_command& options, update_cursor first) {
  long_poll_options poll;
  poll.cursor(std::move(first)).version(options.version);
  poll.wait(std::chrono::seconds{options.wait});
  if (options.group) poll.group(group_id{*options.group});
  return poll;
}

// Reads a source and passes its updates on.
class listening {
 public:
  listening(const listen_command& options, client vk)
      : options_{options}, vk_{std::move(vk)}, types_{split_words(options.types)} {
    if (!options.cursor_path.empty()) remembered_.emplace(options.cursor_path);
    if (options.forward_to) {
      const secret secret_key{options.secret_key.value_or("")};
      poster_.emplace(vk_, post_target{*options.forward_to, secret_key});
    }
  }

  asio::awaitable<void> run() {
    if (!options_.user && !options_.group) {
      auto finding = find_community();
      group_ = co_await std::move(finding);
      if (group_ == 0) co_return;
    } else {
      group_ = options_.group.value_or(0);
    }
    open_source();
    if (poster_ && group_ != 0) {
      auto confirming = poster_->confirm(group_);
      co_await std::move(confirming);
    }
    for (bool open = true; open && !stopped_;) {
      auto reading = source_->next();
      const auto batch = co_await std::move(reading);
      if (!batch) {
        failure_ = batch.error();
        break;
      }
      auto passing = pass(*batch);
      open = co_await std::move(passing);
    }
  }
  // From any thread.
  void stop() {
    stopped_ = true;
    const std::lock_guard lock{mutex_};
    if (source_) source_->stop();
  }
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }
  // Everything that was asked for was done.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  // Updates that the program did not take.
  [[nodiscard]] std::size_t given_up() const noexcept { return given_up_; }

 private:
  // The community of the token; 0: it failed.
  asio::awaitable<std::int64_t> find_community() {
    auto calling = vk_.try_call(request{"groups.getById"});
    const auto answer = co_await std::move(calling);
    if (answer) {
      const auto* object = answer->json().if_object();
      const auto* groups = object == nullptr ? nullptr : object->if_contains("groups");
      const auto* list = groups == nullptr ? answer->json().if_array() : groups->if_array();
      if (list != nullptr && !list->empty()) {
        if (const auto* first = list->front().if_object()) {
          const auto* id = first->if_contains("id");
          if (id != nullptr && id->is_int64()) co_return id->get_int64();
        }
      }
    }
    const bool of_user = answer || answer.error() == api_errc::bad_parameter;
    if (of_user) {
      failure_ = error{errc::invalid_argument, request_effect::not_sent,
                       "the token is not of a community: say --group ID, or --user for the "
                       "messages of the token's owner"};
    } else {
      failure_ = answer.error();
    }
    co_return 0;
  }

  [[nodiscard]] std::unique_ptr<update_source> source_at(update_cursor first) const {
    auto poll = poll_options(options_, std::move(first));
    if (options_.user) return std::make_unique<user_long_poll>(vk_, std::move(poll));
    return std::make_unique<bots_long_poll>(vk_, group_id{group_}, std::move(poll));
  }

  void open_source() {
    auto source = source_at(update_cursor{options_.from});
    if (remembered_) {
      source = source_at(remembered_->read(source->name()));
      resumed_ = remembered_->passed();
    }
    const std::lock_guard lock{mutex_};
    source_ = std::move(source);
    if (stopped_) source_->stop();
  }

  [[nodiscard]] bool is_wanted(const update& content) const {
    return types_.empty() || std::ranges::find(types_, content.type()) != types_.end();
  }

  // Whether there is more to do.
  asio::awaitable<bool> pass(update_batch batch) {
    for (const auto& loss : batch.losses()) report_loss(loss);
    const auto known = resumed_.at_front_of(batch);
    if (!batch.empty() || !batch.losses().empty()) resumed_ = {};
    passed_updates done;
    for (const auto& content : batch.updates()) {
      if (done.count() >= known && is_wanted(content)) {
        // The batch comes again as a whole: the file says what was passed on of it.
        if (ended_) co_return leave(done);
        auto passing = pass_update(content);
        if (!co_await std::move(passing)) co_return leave(done);
        ++passed_;
        if (options_.limit && passed_ >= *options_.limit) ended_ = true;
      }
      done.add(content);
    }
    commit(batch);
    co_return !ended_;
  }

  bool leave(const passed_updates& done) {
    const auto before = source_->cursor();
    if (remembered_ && !before.empty()) remembered_->write(before, source_->name(), done);
    return false;
  }

  // False: it was not taken, and the program is being stopped.
  asio::awaitable<bool> pass_update(update content) {
    if (!poster_) {
      write_output(printed_json(content.to_json(), json_layout::compact));
      co_return true;
    }
    auto posting = poster_->post(std::move(content));
    const auto outcome = co_await std::move(posting);
    if (outcome == post_outcome::removed) {
      write_message("vkxx: note: the program answered remove");
      ended_ = true;
    }
    if (outcome == post_outcome::refused && !stopped_) ++given_up_;
    co_return !(stopped_ && outcome == post_outcome::refused);
  }

  void commit(const update_batch& batch) {
    if (remembered_) remembered_->write(batch.cursor(), source_->name(), resumed_);
    source_->commit(batch.cursor());
  }

  static void report_loss(const update_loss& loss) {
    write_message(fmt::format(
        "vkxx: warning: updates may be missing ({}): from {} to {}", to_string(loss.reason),
        loss.from.empty() ? "the start" : printable(loss.from), printable(loss.to)));
  }

  const listen_command& options_;
  client vk_;
  const std::vector<std::string> types_;
  std::optional<cursor_file> remembered_;
  // What an earlier run passed on of the batch at its cursor.
  passed_updates resumed_;
  std::int64_t group_ = 0;
  std::size_t passed_ = 0;
  std::size_t given_up_ = 0;
  bool ended_ = false;
  std::mutex mutex_;
  std::unique_ptr<update_source> source_;
  std::optional<update_poster> poster_;
  std::atomic<bool> stopped_ = false;
  std::optional<error> failure_;
};

void check_listen_options(const listen_command& options) {
  if (!options.from.empty() && !options.cursor_path.empty())
    throw usage_failure{"--from and --cursor both say where to begin", listen_help};
  if (options.secret_key && !options.forward_to)
    throw usage_failure{"--secret is sent with --forward-to only", listen_help};
}

// A mistyped type would be waited for without an end. VK may have types that are newer than the
// schema.
void warn_of_unknown_types(const listen_command& options) {
  if (options.user) return;
  for (const auto& type : split_words(options.types)) {
    if (schema_tables::find_event(type)) continue;
    write_message(fmt::format(
        "vkxx: warning: --types: {} is not an event of VK's schema; vkxx completion offers their "
        "names",
        printable(type)));
  }
}

exit_status run_listen(const listen_command& options) {
  check_listen_options(options);
  warn_of_unknown_types(options);
  const interruption stop;
  const auto chosen = settings_for(options, request{"groups.getLongPollServer"}, stop, nullptr);
  asio::io_context loop;
  const client vk{loop.get_executor(), chosen.settings};
  listening work{options, vk};
  std::exception_ptr thrown;
  // Also ends what is not a wait of the source: a post to the program, the pause before the next.
  asio::cancellation_signal cancelling;
  asio::co_spawn(loop, work.run(),
                 asio::bind_cancellation_slot(
                     cancelling.slot(), [&](std::exception_ptr failure) { thrown = failure; }));
  {
    const std::stop_callback on_signal{
        stop.token(), [&] {
          work.stop();
          asio::post(loop, [&] { cancelling.emit(asio::cancellation_type::terminal); });
        }};
    loop.run();
  }
  if (thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const usage_exception& failure) {
      throw usage_failure{failure.error().message(), listen_help};
    } catch (const boost::system::system_error& failure) {
      if (!work.stopped() || failure.code() != asio::error::operation_aborted) throw;
    }
  }
  if (stop.signal() != 0 && !work.ended()) return status_of_signal(stop.signal());
  if (!work.failure()) return work.given_up() > 0 ? exit_status::failed : exit_status::done;
  if (*work.failure() == errc::invalid_argument)
    throw usage_failure{work.failure()->message(), listen_help};
  return report_failure(*work.failure(), chosen.token, format_of(options.json));
}

std::vector<value_word> event_words() {
  std::vector<value_word> words;
  for (const auto event : schema_tables::events()) words.push_back({std::string{event.name()}});
  return words;
}

void add_source_options(command_description& command, listen_command& options) {
  command
      .number("--group", options.group, {1, 1'000'000'000'000, "the id of a community"}, "ID",
              "The community [that of the token]")
      .set_details(
          "The community; by default that of the token. With --user: the community whose messages "
          "a user's token reads.");
  command.flag("--user", options.user,
               "User Long Poll: the messages of the token's owner, as arrays");
  command.number("--lp-version", options.version, {3, 19}, "N",
                 "Version of User Long Poll, 3 or 19 [3]");
  command
      .texts("--types", options.types, "TYPES",
             "Only these types, such as message_new,message_event")
      .set_words(event_words());
  command.number("--wait", options.wait, {1, 90, "seconds"}, "SECONDS",
                 "How long VK waits for an update [25]");
  command.number("--limit", options.limit, {1, 1'000'000'000}, "COUNT",
                 "Stop after this many updates");
  command.text("--from", options.from, "CURSOR", "Where to begin [now]");
  command
      .file("--cursor", options.cursor_path,
            "File that remembers where to continue; written after the output")
      .set_details(
          "A file that remembers where to continue. It is written after an update was printed, or "
          "taken by the program of --forward-to: after a crash updates may come twice, but none is "
          "missing.");
}

}  // namespace

command_description listen_description() {
  const auto options = std::make_shared<listen_command>();
  command_description command{"listen", "Print updates as JSON lines, or post them to a program"};
  add_source_options(command, *options);
  command.group("Forwarding");
  command
      .url("--forward-to", options->forward_to,
           "Post each update to this address as VK's Callback API does")
      .set_details(
          "Post each update to this address as VK's Callback API does, and wait for the answer "
          "`ok`. First the program is asked for its confirmation code. An update that is not taken "
          "is posted up to five times more, after 1, 2, 4, 8 and 16 seconds or as `Retry-After` "
          "says.");
  command.text("--secret", options->secret_key, "TEXT", "The `secret` of the posted updates");
  command.group({});
  add_call_settings(command, *options);
  command.examples({
      "vkxx listen --types message_new --token-file ~/.vk-community-token",
      "vkxx listen --group 1 --cursor group1.cursor | jq -r .object.message.text",
      "vkxx listen --forward-to http://127.0.0.1:8080/callback --secret s3cret",
      "vkxx listen --user --lp-version 19",
  });
  command.notes(
      R"(Each line is an object with `type`, `object`, `group_id`, `event_id` and `v`. Updates that VK
cannot give any more are reported on standard error, and never silently left out. SIGINT and SIGTERM
end the program with status 130 and 143; what was read is in the cursor. If the program of
--forward-to did not take an update, the status at the end is 1.)");
  command.on_run([options] { return run_listen(*options); });
  return command;
}

}  // namespace vkxx::cli
