// SPDX-License-Identifier: Apache-2.0
// {fmt} compiled once. As headers only, it takes two thirds of the time that a file takes to compile; and Debian ships
// the library as a shared one alone, which the images would have to carry.
#include <fmt/format-inl.h>

template auto fmt::detail::thousands_sep_impl<char>(locale_ref) -> thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl<char>(locale_ref) -> char;
