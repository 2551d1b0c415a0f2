// SPDX-License-Identifier: Apache-2.0
#include "base/process.hpp"

#include "base/redact.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ;

namespace streamgate::process {
namespace {

class Descriptor {
public:
  explicit Descriptor(int fd = -1) : m_fd(fd) {}
  Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept
  {
    std::swap(m_fd, other.m_fd);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return m_fd; }
  void close()
  {
    if (m_fd >= 0) ::close(std::exchange(m_fd, -1));
  }

private:
  int m_fd;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe()
{
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorCode::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> environment_of(const Command& command)
{
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    const std::string name(pair.substr(0, pair.find('=')));
    if (command.environment.contains(name) || std::ranges::find(command.without, name) != command.without.end()) continue;
    out.emplace_back(pair);
  }
  for (const auto& [name, value] : command.environment) out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings)
{
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (auto& string : strings) out.push_back(string.data());
  out.push_back(nullptr);
  return out;
}

// Owns a started process group until it was waited for: if waiting is given up, the group dies with this object.
class Child {
public:
  Child(pid_t pid, int pidfd) : m_pid(pid), m_pidfd(pidfd) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child()
  {
    if (m_reaped) return;
    signal(SIGKILL);
    int ignored = 0;
    while (::waitpid(m_pid, &ignored, 0) < 0 && errno == EINTR) {}
  }
  void signal(int number) const { ::kill(-m_pid, number); }
  int pidfd() const { return m_pidfd.get(); }
  // The exit state when the process has ended; its group's leftovers are killed then.
  std::optional<int> reap()
  {
    int state = 0;
    if (::waitpid(m_pid, &state, WNOHANG) != m_pid) return std::nullopt;
    m_reaped = true;
    signal(SIGKILL);
    return state;
  }

private:
  pid_t m_pid;
  Descriptor m_pidfd;
  bool m_reaped = false;
};

Result<std::unique_ptr<Child>> start(const Command& command, Pipe& out, Pipe& err)
{
  auto argv_strings = command.argv;
  auto env_strings = environment_of(command);
  auto argv = pointers(argv_strings);
  auto env = pointers(env_strings);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err.write.get(), STDERR_FILENO);
  if (!command.folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
  sigset_t defaults;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigfillset(&defaults);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t pid = -1;
  const int problem = ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), env.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  out.write.close();
  err.write.close();
  if (problem == ENOENT) {
    return fail(ErrorCode::not_found, fmt::format("cannot run {}: no such program or folder", command.argv.front()),
                "check PATH and the working folder");
  }
  if (problem != 0) return fail(ErrorCode::io, fmt::format("cannot run {}: {}", command.argv.front(), std::strerror(problem)));
  return std::make_unique<Child>(pid, static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// Hand on what a pipe has now; false when its other end is closed.
bool drain(Descriptor& from, Stream stream, const Sink& sink)
{
  std::array<char, 65536> buffer;
  const auto got = ::read(from.get(), buffer.data(), buffer.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (got <= 0) {
    from.close();
    return false;
  }
  sink(stream, std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  return true;
}

// Decides when a running group is told to end, and when it is made to.
class Terminator {
public:
  Terminator(const Command& command, SteadyTime begin) : m_grace(command.grace)
  {
    if (command.timeout) m_at = begin + *command.timeout;
  }
  End how() const { return m_how; }
  void ask(Child& child, End how)
  {
    if (m_how != End::exited) return;
    m_how = how;
    child.signal(SIGTERM);
    m_at = std::chrono::steady_clock::now() + m_grace;
  }
  void tick(Child& child)
  {
    if (!m_at || std::chrono::steady_clock::now() < *m_at) return;
    if (m_how == End::exited) return ask(child, End::timed_out);
    child.signal(SIGKILL);
    m_at.reset();
  }
  int poll_timeout() const
  {
    if (!m_at) return -1;
    const auto left = std::chrono::ceil<Duration>(*m_at - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
  }

private:
  Duration m_grace;
  std::optional<SteadyTime> m_at;
  End m_how = End::exited;
};

} // namespace

std::string Finished::text() const
{
  switch (how) {
  case End::exited: return fmt::format("exited with code {}", code);
  case End::signalled: return fmt::format("was killed by signal {} ({})", code, ::strsignal(code));
  case End::timed_out: return fmt::format("ran into its timeout after {}", to_text(took));
  case End::cancelled: return "was cancelled";
  }
  return {};
}

Result<Finished> run(const Command& command, const Sink& sink, const Cancel& cancel)
{
  SG_TRY(cancel.check());
  const auto begin = std::chrono::steady_clock::now();
  SG_TRY_ASSIGN(auto out, make_pipe());
  SG_TRY_ASSIGN(auto err, make_pipe());
  SG_TRY_ASSIGN(const auto child, start(command, out, err));
  Terminator terminator(command, begin);
  std::optional<int> state;
  // A grandchild may keep a pipe open after its parent died: the group is killed on reaping, which closes them.
  while (!state || out.read.get() >= 0 || err.read.get() >= 0) {
    std::array<pollfd, 4> entries{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0},
                                  pollfd{state ? -1 : child->pidfd(), POLLIN, 0},
                                  pollfd{terminator.how() == End::exited && !state ? cancel.fd() : -1, POLLIN, 0}};
    ::poll(entries.data(), entries.size(), state ? 1000 : terminator.poll_timeout());
    if (entries[0].revents != 0) drain(out.read, Stream::out, sink);
    if (entries[1].revents != 0) drain(err.read, Stream::err, sink);
    if (entries[3].revents != 0) terminator.ask(*child, End::cancelled);
    if (!state) {
      terminator.tick(*child);
      state = child->reap();
    } else if (entries[0].revents == 0 && entries[1].revents == 0) {
      break; // Something outside the group holds a pipe and is silent: the command itself is over.
    }
  }
  Finished finished{terminator.how(), 0, std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - begin)};
  if (WIFSIGNALED(*state)) {
    if (finished.how == End::exited) finished.how = End::signalled;
    finished.code = WTERMSIG(*state);
  } else {
    finished.code = WEXITSTATUS(*state);
  }
  return finished;
}

Result<std::string> output(const Command& command, const Cancel& cancel, std::size_t limit)
{
  std::string out;
  std::string err;
  constexpr std::size_t k_kept_stderr = 4096;
  const auto sink = [&](Stream stream, std::string_view piece) {
    if (stream == Stream::out) {
      out.append(piece.substr(0, limit - std::min(limit, out.size())));
    } else {
      err.append(piece);
      if (err.size() > k_kept_stderr) err.erase(0, err.size() - k_kept_stderr);
    }
  };
  SG_TRY_ASSIGN(const auto finished, run(command, sink, cancel));
  if (finished.good()) return out;
  const auto code = finished.how == End::timed_out   ? ErrorCode::timeout
                    : finished.how == End::cancelled ? ErrorCode::cancelled
                                                     : ErrorCode::io;
  while (!err.empty() && (err.back() == '\n' || err.back() == ' ')) err.pop_back();
  return fail(code, fmt::format("{} {}{}{}", command.argv.front(), finished.text(), err.empty() ? "" : ": ", err));
}

std::string to_line(const std::vector<std::string>& argv)
{
  constexpr std::string_view k_plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-";
  std::string line;
  for (const auto& argument : argv) {
    if (!line.empty()) line += ' ';
    if (!argument.empty() && argument.find_first_not_of(k_plain) == std::string::npos) {
      line += argument;
      continue;
    }
    line += '\'';
    for (const char c : argument) {
      if (c == '\'') line += "'\\''";
      else line += c;
    }
    line += '\'';
  }
  return redact::clean(line);
}

} // namespace streamgate::process
