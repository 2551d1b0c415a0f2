// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "git/repository.hpp"
#include "publish/site.hpp"

#include <filesystem>
#include <string>

namespace streamgate::publish {

// A site in a folder; one that is not there is empty.
SiteView view_of_folder(const std::filesystem::path& root);

// A site in a commit, "" for none: it is empty. `repository` must outlive the view.
SiteView view_of_commit(const git::Repository& repository, const std::string& commit);

} // namespace streamgate::publish
