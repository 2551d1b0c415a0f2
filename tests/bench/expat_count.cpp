// SPDX-License-Identifier: Apache-2.0
// The least that any expat program has to do: expat_count FILE counts the elements of an XML file, 64 KiB at a time.
#include <expat.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

namespace {

constexpr int k_piece = 64 << 10;

void XMLCALL on_start(void* count, const XML_Char*, const XML_Char**)
{
  ++*static_cast<std::int64_t*>(count);
}
void XMLCALL on_end(void*, const XML_Char*) {}

} // namespace

int main(int argc, char** argv)
{
  const int fd = argc == 2 ? ::open(argv[1], O_RDONLY) : -1;
  if (fd < 0) {
    std::fputs("usage: expat_count FILE\n", stderr);
    return 2;
  }
  std::int64_t elements = 0;
  XML_Parser parser = XML_ParserCreate(nullptr);
  XML_SetUserData(parser, &elements);
  XML_SetElementHandler(parser, on_start, on_end);
  for (;;) {
    void* buffer = XML_GetBuffer(parser, k_piece);
    const auto got = buffer == nullptr ? -1 : ::read(fd, buffer, k_piece);
    if (got < 0 || XML_ParseBuffer(parser, static_cast<int>(got), got == 0) != XML_STATUS_OK) {
      std::fprintf(stderr, "expat_count: %s\n", XML_ErrorString(XML_GetErrorCode(parser)));
      return 2;
    }
    if (got == 0) break;
  }
  std::printf("%lld elements\n", static_cast<long long>(elements));
  XML_ParserFree(parser);
  return 0;
}
