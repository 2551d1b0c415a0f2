// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// The one redactor. Everything that leaves a step (log, stdout, result, record, notice) passes it.
namespace streamgate::redact {

// Remember a secret's value: from now on `clean` replaces it by "[redacted]". Values under 6 bytes are not remembered,
// because they would blank ordinary text. Also remembers its base64 and percent-encoded forms. Thread-safe.
void remember(std::string_view secret);

// Return `text` with the remembered secrets and with what has a secret's shape replaced by "[redacted]": user:password
// in URLs, Authorization and bearer values, JWTs, GitHub, GitLab and Slack tokens, AWS keys, PEM private keys,
// `password=`/`token=` pairs, dockerconfig `auth` members. Linear time; text without secrets is returned as it is.
std::string clean(std::string_view text);

// Return false when `clean` would give `text` back as it is, and perhaps true then too. Much cheaper than to clean.
bool suspicious(std::string_view text);

// Forget all remembered values. For tests.
void forget_all();

} // namespace streamgate::redact
