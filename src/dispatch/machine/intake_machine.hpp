// Decides when sources are asked, and what becomes of their batches.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vkxx::detail {

namespace intake_event {
// A source may be asked.
struct added {
  std::size_t source;
};
// It delivered a batch.
struct delivered {
  std::size_t source;
};
// The transaction of its batch: so many of its updates were new.
struct committed {
  std::size_t source;
  std::size_t rows;
};
struct commit_failed {
  std::size_t source;
};
// It delivers nothing more.
struct ended {
  std::size_t source;
};
// Rows left the inbox, or came into it by other ways.
struct removed {
  std::size_t rows;
};
struct inserted {
  std::size_t rows;
};
// So many there are, with those of other processes.
struct counted {
  std::size_t rows;
};
struct stop {};
}  // namespace intake_event
using any_intake_event =
    std::variant<intake_event::added, intake_event::delivered, intake_event::committed,
                 intake_event::commit_failed, intake_event::ended, intake_event::removed,
                 intake_event::inserted, intake_event::counted, intake_event::stop>;

enum class intake_step {
  ask,     // ask the source for its next batch
  commit,  // put the batch and its cursor into the store
  accept,  // tell the source that its batch is safe
  refuse,  // tell the source that it is not
};
struct intake_action {
  intake_step step;
  std::size_t source;
  [[nodiscard]] friend bool operator==(const intake_action&, const intake_action&) = default;
};

// Sources are numbered by the driver.
class intake_machine {
 public:
  // `limit`: of rows in the inbox; above it no source is asked, until a fifth of it has gone.
  // `rows`: those that are there.
  intake_machine(std::size_t limit, std::size_t rows) : limit_{limit}, rows_{rows} {
    full_ = rows_ >= limit_;
  }

  std::vector<intake_action> resume(const any_intake_event& event);

  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  // Sources that have not ended.
  [[nodiscard]] std::size_t sources() const noexcept;

 private:
  enum class phase { paused, asked, committing, ended };

  void handle(const intake_event::added& event);
  void handle(const intake_event::delivered& event);
  void handle(const intake_event::committed& event);
  void handle(const intake_event::commit_failed& event);
  void handle(const intake_event::ended& event);
  void handle(const intake_event::removed& event);
  void handle(const intake_event::inserted& event);
  void handle(const intake_event::counted& event);
  void handle(const intake_event::stop& event);
  void ask(std::size_t source);
  void measure();

  std::size_t limit_;
  std::size_t rows_;
  bool full_ = false;
  bool stopping_ = false;
  std::vector<phase> sources_;
  std::vector<intake_action> actions_;
};

}  // namespace vkxx::detail
