// SPDX-License-Identifier: Apache-2.0
#include "publish/html.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

namespace streamgate::publish {
namespace {

// Colours are never the only sign: every verdict is a word, too.
constexpr std::string_view k_style = R"css(
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#5b6570;--line:#d8dee4;--ground:#fff;--band:#f5f7f9;--link:#0b5cad;
--good:#1a7f37;--bad:#c2182b;--odd:#8a5a00;--goodb:#e6f4ea;--badb:#fdeaec;--oddb:#fdf3dc}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ec;--dim:#9aa5b1;--line:#323a43;--ground:#14181d;--band:#1b2027;--link:#79b8ff;
--good:#5fd07f;--bad:#ff8b94;--odd:#f0c05a;--goodb:#14301d;--badb:#3a171b;--oddb:#352a10}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1rem 4rem;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.25rem 0}a{color:var(--link)}.dim{color:var(--dim)}
code,pre{font:.875em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{white-space:pre-wrap;background:var(--band);border:1px solid var(--line);border-radius:6px;padding:.6rem;margin:.4rem 0;max-height:24rem;overflow:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.5rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--dim);font-weight:600;font-size:.85rem;white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td[data-l=image]{min-width:12rem}
.w{display:inline-block;padding:.05rem .55rem;border-radius:1rem;font-weight:600;font-size:.875rem;white-space:nowrap}
.good{color:var(--good);background:var(--goodb)}.bad{color:var(--bad);background:var(--badb)}.odd{color:var(--odd);background:var(--oddb)}
details{margin:.25rem 0}summary{cursor:pointer}
@media(max-width:44rem){table,tbody,tr,td{display:block;width:100%}thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
tr{border:1px solid var(--line);border-radius:8px;margin:.6rem 0;padding:.35rem 0}td,td.n{border:0;text-align:left;padding:.2rem .75rem}
td[data-l]::before{content:attr(data-l) " ";color:var(--dim);font-size:.8rem}}
)css";

} // namespace

std::string escape(std::string_view text)
{
  const std::string clean = utf8::repair(text);
  std::string out;
  out.reserve(clean.size());
  for (const char c : clean) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    case '\n':
    case '\t':
      out += c;
      break;
    default: {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte == 0x7f) out += "\xef\xbf\xbd";
      else out += c;
    }
    }
  }
  return out;
}

std::string escape_path(std::string_view path)
{
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~' || c == '/';
    if (plain) out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string page(std::string_view title, std::string_view body)
{
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      escape(title), k_style, body);
}

} // namespace streamgate::publish
