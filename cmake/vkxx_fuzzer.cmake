# vkxx_fuzzer(name SOURCES a.cpp … LIBRARIES x y)
#
# The sources define LLVMFuzzerTestOneInput; the corpus is tests/fuzz/corpus/NAME/. Two programs:
#   NAME          with VKXX_BUILD_FUZZERS (clang): the fuzzer
#   NAME_replay   with VKXX_BUILD_TESTS: feeds the corpus to it, once, with any compiler
function(vkxx_fuzzer name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})

  if(VKXX_BUILD_FUZZERS)
    add_executable(${name} ${arg_SOURCES})
    vkxx_compile_options(${name})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_property(GLOBAL APPEND PROPERTY VKXX_FUZZERS ${name})
  endif()

  if(VKXX_BUILD_TESTS)
    add_executable(${name}_replay ${arg_SOURCES} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp)
    vkxx_compile_options(${name}_replay)
    target_include_directories(${name}_replay PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name}_replay PRIVATE ${arg_LIBRARIES})
    if(TARGET vkxx_program_headers)
      target_precompile_headers(${name}_replay REUSE_FROM vkxx_program_headers)
    endif()
    add_test(NAME "fuzz: ${name} replays its corpus" COMMAND ${name}_replay ${corpus})
    set_tests_properties("fuzz: ${name} replays its corpus" PROPERTIES TIMEOUT 60)
  endif()
endfunction()
