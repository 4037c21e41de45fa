// A recorded request as text for other programs: vkxx, C++, a test.
const quoted = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
const literal = (text) => JSON.stringify(String(text));

// Recorded parameters without the token, which is redacted.
export function parametersOf(entry) {
  return (entry.parameters || []).filter(([name]) => name !== 'access_token');
}

const callOf = (entry) => parametersOf(entry).filter(([name]) => name !== 'v');

export function asVkxx(entry) {
  const parameters = callOf(entry).map(([name, value]) => quoted(`${name}=${value}`));
  return [`vkxx call --emulator ${location.origin}`, entry.method, ...parameters].join(' \\\n  ');
}

export function asCpp(entry) {
  const lines = callOf(entry).map(([name, value]) => `    .set(${literal(name)}, ${literal(value)})`);
  return `auto answer = co_await client.call(vkxx::call{${literal(entry.method)}}${lines.length ? `\n${lines.join('\n')}` : ''});\n`;
}

// What was expected is the answer that came.
export function asTest(entry, answer) {
  const check = entry.error_code
    ? `ASSERT_FALSE(answer);\n  EXPECT_EQ(answer.error().code(), ${entry.error_code});`
    : `ASSERT_TRUE(answer);\n  EXPECT_EQ(boost::json::serialize(answer->response()),\n            R"json(${answer === undefined ? '' : JSON.stringify(answer)})json");`;
  const name = entry.method.replace(/(^|[._])(\w)/g, (_, __, letter) => letter.toUpperCase());
  const lines = callOf(entry).map(([key, value]) => `\n          .set(${literal(key)}, ${literal(value)})`).join('');
  return `TEST(Recorded, ${name}) {\n  vkxx::emulator emulator;\n  const auto answer = call(emulator, vkxx::call{${literal(entry.method)}}${lines});\n  ${check}\n}\n`;
}
