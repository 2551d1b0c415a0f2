// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace streamgate {

// Goes through the fields of one message in the wire format of Protocol Buffers
// (https://protobuf.dev/programming-guides/encoding). Never reads beyond the message; holds nothing.
class WireReader {
public:
  explicit WireReader(std::string_view message) : m_rest(message) {}

  // Go to the next field. Return false at the end, or where the message is broken.
  bool next();
  // True when the message does not follow the format.
  bool broken() const { return m_broken; }

  // The field's number, 1 at least.
  std::uint64_t field() const { return m_field; }
  // Its value when it is a varint, else 0.
  std::uint64_t number() const { return m_number; }
  // True when it is a text or a message of its own.
  bool has_bytes() const { return m_has_bytes; }
  // Its bytes then, else "".
  std::string_view bytes() const { return m_bytes; }
  // The whole of it, as it stands in the message.
  std::string_view raw() const { return m_raw; }

private:
  bool varint(std::uint64_t& out);
  bool skip(std::uint64_t size);

  std::string_view m_rest;
  std::uint64_t m_field = 0;
  std::uint64_t m_number = 0;
  bool m_has_bytes = false;
  std::string_view m_bytes;
  std::string_view m_raw;
  bool m_broken = false;
};

// Append a number as the format has it: seven bits a byte, the lowest first.
void append_varint(std::string& out, std::uint64_t value);

} // namespace streamgate
