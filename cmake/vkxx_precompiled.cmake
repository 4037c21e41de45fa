# Headers of other projects, read once: half of the time that most of our sources compile. For builds
# from nothing; every file still includes what it uses, which the other presets show.

# vkxx_precompiled_headers(name LIBRARIES x y HEADERS h …)
# A target whose headers others use by `target_precompile_headers(… REUSE_FROM name)`.
function(vkxx_precompiled_headers name)
  cmake_parse_arguments(arg "" "" "LIBRARIES;HEADERS" ${ARGN})
  # Empty: the build system wants a source beside the headers.
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled_headers.cpp CONTENT "" @ONLY)
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/precompiled_headers.cpp)
  vkxx_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

set(precompiled_headers
  <algorithm> <array> <atomic> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <random> <set>
  <sstream> <string> <thread> <variant> <vector> <boost/asio.hpp> <boost/json.hpp>)
set(precompiled_libraries Boost::headers Boost::system Boost::json Threads::Threads)
vkxx_precompiled_headers(vkxx_library_headers
  LIBRARIES ${precompiled_libraries} HEADERS ${precompiled_headers})
set_target_properties(vkxx_library_headers PROPERTIES POSITION_INDEPENDENT_CODE ON)
vkxx_precompiled_headers(vkxx_program_headers
  LIBRARIES ${precompiled_libraries} HEADERS ${precompiled_headers})
