// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
  // Its bytes when it is a text or a message of its own, else "".
  std::string_view bytes() const { return m_bytes; }

private:
  bool varint(std::uint64_t& out);
  bool skip(std::uint64_t size);

  std::string_view m_rest;
  std::uint64_t m_field = 0;
  std::uint64_t m_number = 0;
  std::string_view m_bytes;
  bool m_broken = false;
};

} // namespace streamgate
