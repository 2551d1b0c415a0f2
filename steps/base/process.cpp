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
  if (::pipe2(ends.data(), O_CLOEXEC) != 0 || ::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
    return fail(ErrorCode::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> environment_of(const Command& command)
{
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    const std::string name(pair.substr(0, pair.find('=')));
    if (command.environment.contains(name) || std::ranges::find(command.without, name) != command.without.end())
      continue;
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
    while (::waitpid(m_pid, &ignored, 0) < 0 && errno == EINTR) {
    }
  }
  void signal(int number) const { ::kill(-m_pid, number); }
  int pidfd() const { return m_pidfd.get(); }
  // True when the process itself has ended. Its number, and its group's, stay taken until `reap`.
  bool ended() const
  {
    siginfo_t info = {};
    return ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == m_pid;
  }
  // Kill what is left of the group of a process that has ended and return the exit state.
  int reap()
  {
    signal(SIGKILL);
    int state = 0;
    while (::waitpid(m_pid, &state, 0) < 0 && errno == EINTR) {
    }
    m_reaped = true;
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
  if (problem != 0)
    return fail(ErrorCode::io, fmt::format("cannot run {}: {}", command.argv.front(), std::strerror(problem)));
  auto child = std::make_unique<Child>(pid, static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (child->pidfd() < 0)
    return fail(ErrorCode::io, fmt::format("cannot watch {}: {}", command.argv.front(), std::strerror(errno)));
  return child;
}

// Hand on one piece of what a pipe has; false when it has nothing (now, or because its other end is closed).
bool drain(Descriptor& from, Stream stream, const Sink& sink)
{
  std::array<char, 65536> buffer;
  const auto got = ::read(from.get(), buffer.data(), buffer.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  if (got <= 0) {
    from.close();
    return false;
  }
  sink(stream, std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  return true;
}

// Hand on what the pipes still hold of a group that is dead, and no more: a process outside the group may have
// inherited a pipe and write for ever.
void drain_rest(Pipe& out, Pipe& err, const Sink& sink)
{
  constexpr int k_most_pieces = 16; // a pipe holds 64 KiB, a piece may be as small as a page of it
  for (int i = 0; i < k_most_pieces && drain(out.read, Stream::out, sink); ++i) {
  }
  for (int i = 0; i < k_most_pieces && drain(err.read, Stream::err, sink); ++i) {
  }
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
    m_killed = true;
  }
  // True while the group may still use its grace, though its first process has ended.
  bool in_grace() const { return m_how != End::exited && !m_killed; }
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
  bool m_killed = false;
};

} // namespace

std::string Finished::text() const
{
  switch (how) {
  case End::exited:
    return fmt::format("exited with code {}", code);
  case End::signalled:
    return fmt::format("was killed by signal {} ({})", code, ::strsignal(code));
  case End::timed_out:
    return fmt::format("ran into its timeout after {}", to_text(took));
  case End::cancelled:
    return "was cancelled";
  }
  return {};
}

Result<Finished> run(const Command& command, const Sink& sink, const Cancel& cancel)
{
  if (command.argv.empty()) return fail(ErrorCode::internal, "there is no command to run");
  SG_TRY(cancel.check());
  const auto begin = std::chrono::steady_clock::now();
  SG_TRY_ASSIGN(auto out, make_pipe());
  SG_TRY_ASSIGN(auto err, make_pipe());
  SG_TRY_ASSIGN(const auto child, start(command, out, err));
  Terminator terminator(command, begin);
  bool ended = false;
  // When the process ends by itself, its group is over too. When it was told to end, the others of the group have their
  // grace, which is over when nobody holds the pipes any more.
  while (!ended || (terminator.in_grace() && (out.read.get() >= 0 || err.read.get() >= 0))) {
    std::array<pollfd, 4> entries{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0},
                                  pollfd{ended ? -1 : child->pidfd(), POLLIN, 0},
                                  pollfd{terminator.how() == End::exited ? cancel.fd() : -1, POLLIN, 0}};
    ::poll(entries.data(), entries.size(), terminator.poll_timeout());
    if (entries[0].revents != 0) drain(out.read, Stream::out, sink);
    if (entries[1].revents != 0) drain(err.read, Stream::err, sink);
    ended = ended || child->ended();
    if (!ended && entries[3].revents != 0) terminator.ask(*child, End::cancelled);
    if (!ended || terminator.in_grace()) terminator.tick(*child);
  }
  const int state = child->reap();
  drain_rest(out, err, sink);
  Finished finished{terminator.how(), 0, std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - begin)};
  if (WIFSIGNALED(state)) {
    if (finished.how == End::exited) finished.how = End::signalled;
    finished.code = WTERMSIG(state);
  } else {
    finished.code = WEXITSTATUS(state);
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
      out.append(piece.substr(0, limit + 1 - out.size()));
    } else {
      err.append(piece);
      if (err.size() > k_kept_stderr) err.erase(0, err.size() - k_kept_stderr);
    }
  };
  SG_TRY_ASSIGN(const auto finished, run(command, sink, cancel));
  // What was cut must not pass for the whole.
  if (finished.good() && out.size() > limit)
    return fail(ErrorCode::io, fmt::format("{} printed more than {} bytes", command.argv.front(), limit));
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
