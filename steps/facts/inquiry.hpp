// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/problems.hpp"
#include "kube/client.hpp"

#include <functional>
#include <optional>

namespace streamgate::facts {

// Asks a target one question after the other. What is not answered becomes a problem, and a server that twice in a row
// does not answer is not asked again.
class Inquiry {
public:
  // `longest`: for all questions together; none takes longer than some seconds.
  static Result<Inquiry> make(const kube::Config& config, const Cancel& cancel, Duration longest, Problems& problems);

  // Return an object; nothing when it could not be read. One that does not exist is no problem.
  std::optional<json::Document> get(const kube::Resource& resource, const kube::ObjectName& name);
  // The same for any path.
  std::optional<json::Document> get_path(const std::string& path);
  // Call `each` with the objects of a kind, page by page, at most `most` of them. Returns false when they could not be
  // listed; a kind that does not exist, or that this account may not list, too.
  bool list(const kube::Resource& resource, const std::string& nspace, const kube::ListOptions& options,
            std::size_t most, const std::function<void(const json::Value&)>& each);
  // Return a log that is not redacted yet; "" when there is none.
  std::string log(const kube::ObjectName& pod, const kube::LogOptions& options);
  // For other libraries' questions; hand their errors to `failed`.
  const kube::Client& client() const { return m_client; }
  void failed(const Error& error);
  bool down() const { return m_silent >= 2; }
  // False when the last question was not answered.
  bool answers() const { return m_silent == 0; }

private:
  Inquiry(kube::Client client, Problems& problems) : m_client(std::move(client)), m_problems(&problems) {}
  template <class T>
  std::optional<T> take(Result<T> answer);

  kube::Client m_client;
  Problems* m_problems;
  int m_silent = 0; // questions in a row that were not answered
};

} // namespace streamgate::facts
