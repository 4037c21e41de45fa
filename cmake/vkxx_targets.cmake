# Common settings of all targets.

# For our own code only: warnings, sanitizers, C++20 without extensions.
function(vkxx_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports these wrongly inside coroutine frames and the standard library at -O2.
    target_compile_options(${target} PRIVATE
      -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-restrict)
    if(CMAKE_UNITY_BUILD)
      # Sources look like headers there, and a coroutine's frame may well hold what is only its own.
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
  endif()
  if(VKXX_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(VKXX_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${VKXX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=${VKXX_SANITIZE})
    if(VKXX_SANITIZE MATCHES "undefined")
      # It opens a pipe for each check, and reports what it cannot check: there are tests without any
      # descriptor left.
      target_compile_options(${target} PRIVATE -fno-sanitize=vptr)
    endif()
    if(VKXX_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # asio uses a fence that g++'s thread sanitizer does not follow; it warns at every use.
      target_compile_options(${target} PRIVATE -Wno-tsan)
    endif()
  endif()
  if(VKXX_BUILD_FUZZERS)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# vkxx_found_library(target name path): links a library that has no package of its own. Installed
# files name it as the linker does, never by its path on this machine.
function(vkxx_found_library target name path)
  target_link_libraries(${target} PRIVATE
    $<BUILD_INTERFACE:${path}> $<INSTALL_INTERFACE:${name}>)
endfunction()

# A library for users: headers in include/, exported as vkxx::NAME.
function(vkxx_library target)
  vkxx_compile_options(${target})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  # A program linked with --gc-sections contains only what it uses.
  target_compile_options(${target} PRIVATE
    $<$<NOT:$<CONFIG:Debug>>:-ffunction-sections;-fdata-sections>)
  set_target_properties(${target} PROPERTIES
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    # The objects of shared and of static libraries are the same: a compiler cache can tell.
    POSITION_INDEPENDENT_CODE ON
    DEFINE_SYMBOL "")
  if(TARGET vkxx_library_headers)
    target_precompile_headers(${target} REUSE_FROM vkxx_library_headers)
  endif()
  set_property(GLOBAL APPEND PROPERTY VKXX_LIBRARIES ${target})
endfunction()

# vkxx_test(name SOURCES a.cpp … LIBRARIES x y [TIMEOUT seconds] [LABELS l …])
# A GoogleTest program; each of its tests is one test of CTest.
function(vkxx_test name)
  cmake_parse_arguments(arg "KEEPS_SHOWN_TEXTS" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  set(kept "")
  if(arg_KEEPS_SHOWN_TEXTS)
    set(kept ENVIRONMENT "VKXX_SHOWN_TEXTS=${PROJECT_BINARY_DIR}/tests/secrets/shown"
      FIXTURES_SETUP shown_texts FIXTURES_REQUIRED shown_folder)
  endif()
  add_executable(${name} ${arg_SOURCES})
  vkxx_compile_options(${name})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gtest_main GTest::gmock)
  if(TARGET vkxx_test_headers)
    target_precompile_headers(${name} REUSE_FROM vkxx_test_headers)
  endif()
  gtest_discover_tests(${name}
    TEST_PREFIX "${name}: "
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}" ${kept})
endfunction()

# vkxx_missing_program(test programs)
# In place of a test whose programs are not installed: one that fails, since a test that is left out
# shows nothing for ever.
function(vkxx_missing_program test programs)
  add_test(NAME ${test} COMMAND sh -c
    "echo 'missing: ${programs}; scripts/dependencies.sh test installs what the tests need'; exit 1")
endfunction()
