/// @file
/// The requests that wait for an event, and what wakes them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>

namespace vkxx::emulation::detail {

/// Why a suspended request is resumed.
enum class wake_cause {
  event,  ///< Something happened on its channel.
  time,   ///< Its time is over.
  fault,  ///< A fault was added that may hit it.
  ended,  ///< The world that it waited in is gone.
};

enum class suspension_id : std::uint64_t {};

/// Knows neither sockets nor threads: a wake calls the callback that the request has attached.
///
/// Thread safety: safe to share. Callbacks run on the thread that wakes, outside of the lock, and
/// may call the registry.
class suspension_registry {
 public:
  using resume_callback = std::function<void(wake_cause)>;

  /// The most requests suspended at once.
  static constexpr std::size_t limit = 20'000;

  /// Registers a request; nothing if there are too many. A wake that comes before `attach` is kept.
  /// @param channel the events that it waits for.
  /// @param subject its name in faults; empty: no fault wakes it.
  [[nodiscard]] std::optional<suspension_id> add(std::string_view channel, std::string subject,
                                                 time_point until);
  /// Sets the callback, which is called once; at once if the request is already woken. Does nothing
  /// for a request that is not registered.
  void attach(suspension_id id, resume_callback callback);
  /// Removes a request; its callback will not be called, unless a wake is already under way.
  void forget(suspension_id id);

  /// Each of these resumes the requests it names, and returns their number.
  std::size_t wake(std::string_view channel);
  std::size_t wake_due(time_point now);
  std::size_t wake_subjects(const std::function<bool(std::string_view subject)>& wanted);
  std::size_t end_all();

  /// The end of the first request's time; `no_deadline`: none waits for a time.
  [[nodiscard]] time_point next_due() const;
  /// Called, outside of the lock, whenever `next_due()` has become earlier. Pass nothing to unset.
  void on_earlier(std::function<void()> hook);

  /// The number of registered requests, those woken but not yet resumed included.
  [[nodiscard]] std::size_t size() const;
  /// The number of requests that were not registered because there were too many.
  [[nodiscard]] std::uint64_t refused() const;

 private:
  using channel_map = std::map<std::string, std::set<suspension_id>, std::less<>>;
  struct entry {
    channel_map::iterator channel;
    time_point until;
    std::string subject;
    resume_callback callback;
    std::optional<wake_cause> woken;  // Set: in none of the indexes.
  };
  using callbacks = std::vector<std::pair<resume_callback, wake_cause>>;

  void unlist(suspension_id id, const entry& value);
  void wake_entry(suspension_id id, wake_cause cause, callbacks& woken);
  static std::size_t call(const callbacks& woken);

  mutable std::mutex mutex_;
  std::unordered_map<suspension_id, entry> entries_;
  channel_map channels_;
  std::set<std::pair<time_point, suspension_id>> by_time_;
  // Read without the lock by wakes of channels, most of which find nobody.
  std::atomic<std::size_t> waiting_{0};
  std::uint64_t last_id_ = 0;
  std::uint64_t refused_ = 0;
  std::function<void()> earlier_;
};

/// Forgets a registered request at the end of its lifetime.
class suspension {
 public:
  suspension() = default;
  suspension(suspension_registry& registry, suspension_id id) : registry_{&registry}, id_{id} {}
  suspension(suspension&& other) noexcept
      : registry_{std::exchange(other.registry_, nullptr)}, id_{other.id_} {}
  suspension& operator=(suspension&& other) noexcept {
    std::swap(registry_, other.registry_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~suspension() {
    if (registry_ != nullptr) registry_->forget(id_);
  }

  void attach(suspension_registry::resume_callback callback) const {
    if (registry_ != nullptr) registry_->attach(id_, std::move(callback));
  }

 private:
  suspension_registry* registry_ = nullptr;
  suspension_id id_{};
};

}  // namespace vkxx::emulation::detail
