// What every store promises: the tests are in store_promises.cpp, and each program that compiles it
// says by INSTANTIATE_TEST_SUITE_P which stores it tests.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <vkxx/state.hpp>
#include "integration/dispatch/state_support.hpp"

namespace vkxx::testing {

// A store to be tested.
struct tested_store {
  std::string name;
  // Opens it, for the first time or again after it was closed; a folder of the test's own.
  std::function<std::shared_ptr<state_store>(const temporary_folder&)> open;
  bool in_memory = false;  // what it holds is gone when it is closed
};

class Store : public ::testing::TestWithParam<tested_store> {
 protected:
  Store() { open(); }

  // It is closed and opened again; memory is left as it is.
  void open() {
    if (store_ && GetParam().in_memory) return;
    store_.reset();
    store_ = GetParam().open(folder_);
  }
  result<commit_receipt> commit(state_unit unit) {
    return outcome_of(store_->commit(std::move(unit)));
  }
  std::vector<inbox_row> rows(inbox_query query = {}) {
    return outcome_of(store_->take(std::move(query))).value().rows;
  }
  std::vector<std::string> bodies(inbox_query query = {}) {
    std::vector<std::string> texts;
    for (const auto& row : rows(std::move(query))) texts.push_back(row.body);
    return texts;
  }
  std::optional<state_value> read(std::string key) {
    return outcome_of(store_->read(std::move(key))).value();
  }

  temporary_folder folder_;
  std::shared_ptr<state_store> store_;
};

}  // namespace vkxx::testing
