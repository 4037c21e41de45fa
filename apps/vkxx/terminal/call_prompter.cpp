#include "terminal/call_prompter.hpp"

namespace vkxx::cli {
namespace {

class wait_pause {
 public:
  explicit wait_pause(wait_watch* watch) : watch_{watch} {
    if (watch_ != nullptr) watch_->pause();
  }
  wait_pause(const wait_pause&) = delete;
  wait_pause& operator=(const wait_pause&) = delete;
  ~wait_pause() {
    if (watch_ != nullptr) watch_->resume();
  }

 private:
  wait_watch* watch_;
};

}  // namespace

void call_prompter::tell(std::string_view line) {
  if (!refused_) person_->tell(line);
}

std::optional<std::string> call_prompter::ask(std::string_view prompt) {
  return prompted([&] { return person_->ask(prompt); });
}

std::optional<std::string> call_prompter::ask_secretly(std::string_view prompt) {
  return prompted([&] { return person_->ask_secretly(prompt); });
}

template <class Ask>
std::optional<std::string> call_prompter::prompted(Ask ask) {
  if (refused_) return std::nullopt;
  const wait_pause quiet{watch_.get()};
  auto answer = ask();
  refused_ = once_ && (!answer || answer->empty());
  return answer;
}

}  // namespace vkxx::cli
