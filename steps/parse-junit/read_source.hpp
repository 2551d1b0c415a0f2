// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "parse-junit/junit.hpp"
#include "parse-junit/sources.hpp"
#include "record/tests.hpp"

namespace streamgate::parse_junit {

// Read one source by the reader of its kind and pass its rows to `sink`. A source that is broken is no error: what is
// returned says so. Errors: io, cancelled.
Result<record::ResultSource> read_source(const Source& source, const Planned& planned, const RowSink& sink,
                                         const Deps& deps);

} // namespace streamgate::parse_junit
