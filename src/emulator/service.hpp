/// @file
/// The emulator without its sockets: HTTP requests in, answers out.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/emulator/options.hpp>
#include <vkxx/emulator/recorded_request.hpp>

#include "emulator/api/api.hpp"
#include "emulator/control/feed/feed_position.hpp"
#include "emulator/control/feed/request_causes.hpp"
#include "emulator/control/records/exchange.hpp"
#include "emulator/files/file_registry.hpp"
#include "emulator/files/upload_session.hpp"
#include "emulator/http/answer.hpp"
#include "emulator/oauth/oauth_endpoints.hpp"
#include "emulator/saving/changes/change_sink.hpp"
#include "emulator/suspension/suspended_request.hpp"
#include "emulator/time/adjustable_clock.hpp"
#include "emulator/transports/transport_hub.hpp"

namespace vkxx::emulation::detail {

struct poll_address;
struct snapshot_facts;
struct upload_request;
class replay_run;
struct clock_change_record;
struct delivery_change;
struct method_change;
struct poll_change;
struct request_change;
struct token_change;
struct upload_change;

/// `200ms`, `2s`, or seconds; nothing: the text is no time.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_span(std::string_view text);

/// Thread safety: safe to share.
class service {
 public:
  struct stage;

  explicit service(const emulator_options& options);

  /// The emulator's address for requests without `Host`.
  void set_base_url(std::string url);
  /// The whole answer, packed. A request that would be suspended is answered as if its time were
  /// over.
  [[nodiscard]] answer handle(const http_message& message);
  /// Whether the answer takes microseconds, whatever the request contains. All other requests
  /// belong on another thread than that of the sockets.
  [[nodiscard]] bool is_quick(const http_message& message) const;
  /// The answer, before it is compressed or made MessagePack, or the request that waits for it.
  [[nodiscard]] request_outcome accept(const http_message& message);
  /// Continues a suspended request: answers it, or suspends it again.
  [[nodiscard]] request_outcome resume(std::unique_ptr<suspended_request> request,
                                       wake_cause cause);
  /// The client of a suspended request has gone.
  void abandon(std::unique_ptr<suspended_request> request);
  /// Begins a request to an upload server, whose body the caller feeds to the session; null: it is
  /// another request.
  /// @param length of the body, if it is known.
  [[nodiscard]] std::unique_ptr<upload_request> begin_upload(const http_message& head,
                                                             std::optional<std::uint64_t> length);
  /// The answer, before it is packed.
  [[nodiscard]] answer end_upload(std::unique_ptr<upload_request> request);
  [[nodiscard]] suspension_registry& suspensions() noexcept { return suspensions_; }
  /// Of the requests that wait in real time.
  [[nodiscard]] suspension_registry& real_suspensions() noexcept { return real_suspensions_; }
  /// Encodes the body as the request accepts it.
  static void pack(const http_message& message, answer& reply);

  fault_id add_fault(const fault& value);
  bool remove_fault(fault_id id);
  void clear_faults();
  [[nodiscard]] std::vector<active_fault> faults() const;
  [[nodiscard]] std::vector<recorded_request> requests() const;
  void clear_requests();
  [[nodiscard]] std::vector<executed_write> journal() const;
  [[nodiscard]] std::string captcha_answer(std::string_view sid) const;
  [[nodiscard]] std::string pass_captcha_page(std::string_view redirect_uri);
  void add_account(account value);
  [[nodiscard]] std::vector<account> accounts() const;
  void add_procedure(procedure value);
  [[nodiscard]] std::vector<procedure> procedures() const;
  [[nodiscard]] world_tokens tokens() const;
  void reset();

  /// The whole world as JSON.
  [[nodiscard]] std::string snapshot();
  /// The same; at that moment, under the lock of the world, the function says which log continues
  /// it, 0: none.
  [[nodiscard]] std::string snapshot(const std::function<std::uint64_t()>& log_of);
  /// From now on each change is reported, until `end_keeping`.
  /// @param changes lives longer; it gets a snapshot first.
  void begin_keeping(change_sink& changes);
  void end_keeping();
  /// Replaces the world; faults, accounts, procedures and the record stay.
  /// @param text a snapshot, or a world written by hand.
  /// @throws std::invalid_argument with the path of what is wrong; then nothing has changed.
  void restore(std::string_view text);
  /// Why the emulator and the programs that use it are not quiet; nothing: they are.
  /// @param community 0: of all.
  /// @param silence since the last call.
  [[nodiscard]] std::optional<std::string> unquiet(std::int64_t community, duration silence) const;
  /// What happened after the event with this number: JSON lines.
  [[nodiscard]] std::string transcript_lines(std::uint64_t since) const;
  /// Goes on with a replay if the program is there and quiet; with `last`, ends it.
  /// @return whether it has ended.
  bool advance_replay(replay_run& run, duration silence, bool last);
  /// Passes a line to the log.
  void report(log_level level, std::string text) const;

  // Callback API: the sender of the server takes the requests and brings the answers.
  /// Called, outside of the lock or inside of it, when there may be something to send or the time
  /// of the next retry has changed. Pass nothing to unset.
  void on_callbacks(std::function<void()> hook);
  struct callback_work;
  [[nodiscard]] callback_work take_callbacks();
  void finish_callback(const callback_work& work, std::uint64_t attempt, callback_reply reply);

  // Streaming.
  /// The answer to a request that opens no stream; nothing: it is accepted.
  [[nodiscard]] std::optional<answer> refuse_stream(const http_message& message,
                                                    std::shared_ptr<stream_queue>& opened);
  void close_stream(const std::shared_ptr<stream_queue>& opened);
  /// Runs with the transports under the lock: switches that have no method.
  void change_transports(const std::function<void(transport_hub&)>& change);
  /// The clock of the options, which the control API moves.
  [[nodiscard]] const std::shared_ptr<adjustable_clock>& time() const noexcept { return time_; }

 private:
  /// Wakes when a request is recorded.
  static constexpr std::string_view recorded_channel = "requests";
  /// Wakes when a request is recorded or something happens in the world.
  static constexpr std::string_view feed_channel = "feed";
  /// Wakes when a request of the Callback API has ended.
  static constexpr std::string_view callback_channel = "callbacks";

  [[nodiscard]] routed route(const http_message& message, recorded_request& record);
  [[nodiscard]] request_outcome attempted(std::unique_ptr<suspended_request> request);
  [[nodiscard]] answer answered(suspended_request& request, std::optional<answer> reply);
  [[nodiscard]] std::optional<answer> play_on(suspended_request& request);
  void wake_by(const fault& added);
  [[nodiscard]] answer call_method(const http_message& message, recorded_request& record);
  static void note_call(stage& current, std::int64_t community, std::chrono::milliseconds delay);
  [[nodiscard]] answer show_page(const http_message& message, recorded_request& record);
  [[nodiscard]] routed poll(const http_message& message, recorded_request& record);
  /// Nothing: there is nothing new.
  [[nodiscard]] std::optional<answer> poll_once(const stage& world_of_poll,
                                                const poll_address& address,
                                                const poll_query& query, bool last);
  [[nodiscard]] answer stream_rules(const http_message& message, recorded_request& record);
  [[nodiscard]] std::optional<routed> control_transports(const http_message& message,
                                                         std::string_view name);
  [[nodiscard]] answer change_callbacks(const http_message& message, std::string_view name);
  [[nodiscard]] routed control_callbacks(const http_message& message, std::int64_t community);
  void watch_transports(stage& current);
  [[nodiscard]] answer challenge_page(const http_message& message);
  [[nodiscard]] routed control(const http_message& message);
  [[nodiscard]] answer control_faults(const http_message& message);
  [[nodiscard]] routed control_requests(const http_message& message);
  [[nodiscard]] std::uint64_t highest_recorded() const;
  /// The recorded requests from this number.
  [[nodiscard]] answer requests_from(std::uint64_t first) const;
  /// What the console lives on; nothing if the path names something else.
  [[nodiscard]] std::optional<routed> control_live(const http_message& message,
                                                   std::string_view name);
  [[nodiscard]] std::optional<answer> control_world(const http_message& message,
                                                    std::string_view name);
  [[nodiscard]] answer control_person(const http_message& message, std::string_view path);
  [[nodiscard]] answer control_send_file(const http_message& message, std::int64_t person);
  [[nodiscard]] command_context control_context() const;
  [[nodiscard]] answer control_chain(std::string_view name) const;
  [[nodiscard]] routed control_feed(const http_message& message);
  [[nodiscard]] std::optional<answer> feed_batch(const feed_position& since, bool last,
                                                 bool as_stream) const;
  [[nodiscard]] answer control_exchange(const http_message& message, std::string_view name);
  [[nodiscard]] answer repeat_call(const exchange& kept, const http_message& message);
  [[nodiscard]] std::shared_ptr<const exchange> find_exchange(std::uint64_t number) const;
  [[nodiscard]] answer control_lint() const;
  [[nodiscard]] answer control_clock(const http_message& message);
  [[nodiscard]] boost::json::object clock_state() const;
  /// Moves the clock, and runs what becomes due, in order.
  void advance_to(time_point target);
  void run_due();
  void watch_events(world& state);
  /// When something is due that the clock brings about, of what comes after a time;
  /// `no_deadline`: nothing.
  [[nodiscard]] time_point next_due(std::optional<time_point> after = {}) const;
  [[nodiscard]] std::int64_t unix_ms(time_point when) const noexcept;
  [[nodiscard]] time_point moment_of(std::int64_t unix_time_ms) const noexcept;
  [[nodiscard]] bool has_program(std::int64_t community) const;
  [[nodiscard]] answer control_transcript(const http_message& message) const;
  [[nodiscard]] routed control_replay(const http_message& message);
  [[nodiscard]] routed control_quiet(const http_message& message);
  [[nodiscard]] answer control_snapshot(const http_message& message);
  [[nodiscard]] std::string snapshot_locked(std::uint64_t log);
  void report_whole() noexcept;
  [[nodiscard]] change_sink* changes_in_use() const;
  // Each reports a change of the world `changed`, under the lock.
  template <class Function>
  void note(const stage& changed, const Function& record) noexcept {
    // A request that began in the world before a reset does not concern this one.
    if (changes_ == nullptr || stage_.get() != &changed) return;
    try {
      changes_->append(record());
    } catch (const std::exception&) {
      changes_->lose();
    }
  }
  void note_attempt(std::uint64_t number) noexcept;
  void note_request(const stage& changed, const http_message& message) noexcept;
  void note_tokens(stage& changed) noexcept;
  void note_clock() noexcept;
  void watch_methods(stage& current);
  /// Makes the changes again that were recorded after the snapshot.
  void make_changes_again();
  void make_again(std::string_view record, snapshot_facts& facts);
  void make_again(const method_change& change);
  void make_again(const request_change& change);
  void make_again(const upload_change& change);
  void make_again(const token_change& change);
  void make_again(const poll_change& change);
  /// The time of the clock, or of the change that is made again.
  [[nodiscard]] time_point present() const;
  /// A world as the options say, or as the document does. Moves the clock that it needs.
  [[nodiscard]] std::shared_ptr<stage> stage_of(const boost::json::value* document);
  /// @param keeps what does not belong to the world: faults, accounts, procedures, the record.
  void enter(std::shared_ptr<stage> other, bool keeps);
  void move_clock(const snapshot_facts& facts, std::int64_t last_event_ms);
  [[nodiscard]] answer control_captcha(const http_message& message);
  [[nodiscard]] answer control_accounts(const http_message& message);
  [[nodiscard]] answer control_procedures(const http_message& message);
  [[nodiscard]] moment now_for(const http_message& message) const;
  /// @return the number of the record; 0: it is not recorded.
  std::uint64_t finish(const http_message& message, recorded_request record, const answer* reply);
  [[nodiscard]] request_outcome accept(const http_message& message, std::uint64_t& number);
  /// What is known before the request is read: secrets are redacted.
  [[nodiscard]] recorded_request recorded_head(const http_message& message) const;
  /// Whether the path is an address of an upload server that was given.
  [[nodiscard]] bool knows_upload(std::string_view path) const;
  [[nodiscard]] answer serve_file(std::string_view name) const;
  [[nodiscard]] answer upload_answer_of(upload_request& request);
  static upload_answer take_files(stage& current, upload_ticket& ticket,
                                  std::vector<received_file> received, bool old_format,
                                  const moment& when);

 public:
  /// The world and its state: replaced by a reset.
  struct stage {
    stage(const emulator_options& options, const world_settings& settings);
    /// What the options add to a world.
    void add_options(const emulator_options& options);
    void add_account(account value);
    /// Takes over what does not belong to the world.
    void keep_from(const stage& last);
    world state;
    procedure_book procedures;
    account_book accounts;
    fault_engine faults;
    challenges open;
    file_registry files;
    transport_hub hub;
    class api methods;
    oauth_endpoints logins;
    [[nodiscard]] std::chrono::milliseconds drawn_latency(const emulator_options& options);
    random_source latencies;
    bounded_log<recorded_request> record;
    bounded_log<exchange> exchanges;
    std::uint64_t last_number = 0;
    std::uint64_t highest_recorded = 0;
    /// When the last call of each community, and of all tokens (0), has got its answer: real time.
    std::map<std::int64_t, time_point> last_calls{};
    request_causes causes{};
    std::string saved_base_url{};  ///< Of the emulator that wrote the snapshot.
    std::uint64_t log = 0;         ///< Of the changes after the snapshot; 0: there are none.
  };

 private:
  suspension_registry suspensions_;
  suspension_registry real_suspensions_;
  mutable std::mutex mutex_;
  std::shared_ptr<adjustable_clock> time_;
  emulator_options options_;
  logger log_;
  std::string base_url_;
  std::string scheme_;
  time_point start_;
  std::int64_t unix_start_;
  const method_table own_methods_;
  // What the file of the options describes.
  std::optional<boost::json::value> first_document_;
  // A running request keeps the world that it began in.
  std::shared_ptr<stage> stage_;
  std::uint64_t resets_ = 0;
  change_sink* changes_ = nullptr;  // Under the lock.
  std::optional<std::int64_t> replayed_ms_;
  std::mutex callbacks_mutex_;
  std::function<void()> on_callbacks_;
};

/// Requests of the Callback API that are to be sent now.
struct service::callback_work {
  std::vector<callback_request> requests;
  time_point next_due = no_deadline;
  std::shared_ptr<stage> world_of_work;
};

/// A request to an upload server, while its body comes.
struct upload_request {
  http_message head;
  recorded_request record;
  upload_session session;
  std::optional<active_fault> played;
  std::chrono::milliseconds pause{0};  ///< Before each piece of the body.
  std::shared_ptr<service::stage> stage;
};

}  // namespace vkxx::emulation::detail
