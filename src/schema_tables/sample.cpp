#include <vkxx/schema_tables/sample.hpp>

#include "schema_tables/sample_writer.hpp"

namespace vkxx::schema_tables {

std::string sample(type wanted, const sample_options& options) {
  return detail::sample_writer{options}.answer_of(wanted, std::nullopt);
}

std::string sample_answer(answer form, const sample_options& options) {
  return detail::sample_writer{options}.answer_of(form.type(), form.pages());
}

answer choose_answer(method called, const parameter_lookup& sent) {
  const auto forms = called.answers();
  auto best = forms[0];
  std::size_t best_conditions = 0;
  for (const auto form : forms) {
    bool holds = !form.conditions().empty();
    for (const auto wanted : form.conditions()) {
      const auto text = sent(wanted.parameter());
      const bool met =
          text && !text->empty() && (wanted.value().empty() || *text == wanted.value());
      holds = holds && met;
    }
    if (holds && form.conditions().size() > best_conditions) {
      best = form;
      best_conditions = form.conditions().size();
    }
  }
  return best;
}

}  // namespace vkxx::schema_tables
