# What every target of the project shares: language, warnings, Qt strictness, hardening, sanitizers.
# Third-party libraries are linked PRIVATE by the one room that wraps them, so that a wrong include
# does not compile.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_package(Threads REQUIRED)
set(IR_QT_COMPONENTS Core Gui Sql)
if(IR_BUILD_UI)
  list(APPEND IR_QT_COMPONENTS Widgets Svg)
endif()
if(IR_BUILD_TESTS)
  list(APPEND IR_QT_COMPONENTS Test)
endif()
find_package(Qt6 6.4 REQUIRED COMPONENTS ${IR_QT_COMPONENTS})

add_library(ir_options INTERFACE)
target_compile_features(ir_options INTERFACE cxx_std_20)
target_compile_options(ir_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
  -Wunused-result
  $<$<BOOL:${IR_WERROR}>:-Werror>
  -fstack-protector-strong -fvisibility=hidden)
target_compile_definitions(ir_options INTERFACE
  QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY
  QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER QT_STRICT_ITERATORS
  $<$<CONFIG:Debug>:QT_FORCE_ASSERTS;_GLIBCXX_ASSERTIONS>)
target_link_options(ir_options INTERFACE -Wl,-z,relro,-z,now)
find_program(IR_MOLD mold)
if(IR_MOLD)
  target_link_options(ir_options INTERFACE -fuse-ld=mold)
endif()
if(IR_SANITIZE)
  # GCC 12 takes Torch's empty optionals for uninitialised ones once they are instrumented.
  target_compile_options(ir_options INTERFACE -fsanitize=${IR_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined -Wno-error=maybe-uninitialized)
  target_link_options(ir_options INTERFACE -fsanitize=${IR_SANITIZE})
else()
  target_compile_options(ir_options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>)
endif()

# ir_add_library(<name> SOURCES … [PUBLIC lib…] [PRIVATE lib…] [MOC])
# A static library of one room; sources include each other as "room/file.h" from core/ or ui/.
function(ir_add_library name)
  cmake_parse_arguments(ARG "MOC" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/core)
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ir_options ${ARG_PRIVATE})
  if(ARG_MOC)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
endfunction()

# ir_add_test(<name> SOURCES … LIBS … [ENV VAR=VALUE…] [TIMEOUT s]): one Qt Test executable, run offscreen
# with its own settings and data directories so that no test touches the user's. Sanitizers make the time five times
# as long; Qt Test's own watchdog over a function never bites first.
function(ir_add_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;ENV" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_link_libraries(${name} PRIVATE ir_options ir_test_support ${ARG_LIBS} Qt6::Test)
  add_test(NAME ${name} COMMAND ${name})
  set(home ${CMAKE_CURRENT_BINARY_DIR}/home/${name})
  file(MAKE_DIRECTORY ${home})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(IR_SANITIZE)
    # Several times slower; and what libraries leave behind at exit is not ours to mend.
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 5")
    list(APPEND ARG_ENV ASAN_OPTIONS=detect_leaks=0)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT
    "QT_QPA_PLATFORM=offscreen;LANG=C.UTF-8;HOME=${home};XDG_CONFIG_HOME=${home}/config;XDG_DATA_HOME=${home}/data;XDG_CACHE_HOME=${home}/cache;OPENBLAS_NUM_THREADS=1;QTEST_FUNCTION_TIMEOUT=${ARG_TIMEOUT}000;${ARG_ENV}")
endfunction()
