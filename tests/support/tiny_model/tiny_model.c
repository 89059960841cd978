/* A model server for tests, in one static binary: answers predictions in the Seldon protocol, or
 * fails in the way that its environment asks for. See README.md for the variables.
 *
 * One thread for each connection: enough for tests, and a slow reply (TINY_DELAY_MS) delays no
 * other.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { kMaxHead = 64 * 1024, kMaxValue = 256 };

static const char* version;
static char hostname[128];
static int health_status;
static int log_requests;
static long delay_ms;
static long reply_bytes;
static long stream_events;
static atomic_int requests_running;
static atomic_int stopping;
static int stop_pipe[2];

static long number_from(const char* name, long otherwise) {
  const char* text = getenv(name);
  return text && *text ? strtol(text, NULL, 10) : otherwise;
}

static const char* text_from(const char* name, const char* otherwise) {
  const char* text = getenv(name);
  return text && *text ? text : otherwise;
}

static void sleep_ms(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR && !stopping) {
  }
}

/* One write for each line, so that lines of several threads do not mix. */
static void log_line(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length] = '\n';
  if (write(STDOUT_FILENO, line, (size_t)length + 1) < 0) return;
}

static int write_all(int fd, const char* data, size_t size) {
  while (size > 0) {
    ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return -1;
    data += sent;
    size -= (size_t)sent;
  }
  return 0;
}

/* What arrived on a connection and was not consumed yet. */
typedef struct {
  int fd;
  size_t size;
  char bytes[kMaxHead + 1];
} Input;

static int receive_more(Input* in) {
  if (in->size >= kMaxHead) return -1;
  ssize_t got;
  do {
    got = recv(in->fd, in->bytes + in->size, kMaxHead - in->size, 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return -1;
  in->size += (size_t)got;
  in->bytes[in->size] = 0;
  return 0;
}

static void consume(Input* in, size_t size) {
  memmove(in->bytes, in->bytes + size, in->size - size + 1);
  in->size -= size;
}

static int skip_bytes(Input* in, unsigned long long size) {
  for (;;) {
    size_t now = size < in->size ? (size_t)size : in->size;
    consume(in, now);
    size -= now;
    if (size == 0) return 0;
    if (receive_more(in) != 0) return -1;
  }
}

/* Returns the length of the line at the front of the input, its line end included. */
static long line_length(Input* in) {
  for (;;) {
    char* end = memchr(in->bytes, '\n', in->size);
    if (end) return end - in->bytes + 1;
    if (receive_more(in) != 0) return -1;
  }
}

static int skip_chunks(Input* in) {
  for (;;) {
    long length = line_length(in);
    if (length < 0) return -1;
    unsigned long long size = strtoull(in->bytes, NULL, 16);
    consume(in, (size_t)length);
    if (size == 0) break;
    if (skip_bytes(in, size + 2) != 0) return -1;
  }
  for (;;) { /* trailers, up to an empty line */
    long length = line_length(in);
    if (length < 0) return -1;
    consume(in, (size_t)length);
    if (length <= 2) return 0;
  }
}

/* Copies the value of a header of `head` into `value`, escaped for JSON; empty when it is missing.
 */
static void header(const char* head, const char* name, char* value) {
  size_t name_size = strlen(name), used = 0;
  *value = 0;
  for (const char* line = strchr(head, '\n'); line; line = strchr(line, '\n')) {
    line++;
    if (strncasecmp(line, name, name_size) != 0 || line[name_size] != ':') continue;
    const char* from = line + name_size + 1;
    from += strspn(from, " \t");
    for (; *from && *from != '\r' && *from != '\n' && used < kMaxValue - 3; from++) {
      if ((unsigned char)*from < 0x20) continue;
      if (*from == '"' || *from == '\\') value[used++] = '\\';
      value[used++] = *from;
    }
    value[used] = 0;
    return;
  }
}

static int reply(int fd, int status, const char* type, const char* body, size_t size, int keep) {
  char head[256];
  int length = snprintf(
      head, sizeof head,
      "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n", status,
      status < 300 ? "OK" : "Error", type, size, keep ? "keep-alive" : "close");
  char small[4096];
  if ((size_t)length + size <= sizeof small) { /* one segment */
    memcpy(small, head, (size_t)length);
    memcpy(small + length, body, size);
    return write_all(fd, small, (size_t)length + size);
  }
  return write_all(fd, head, (size_t)length) != 0 ? -1 : write_all(fd, body, size);
}

static int reply_prediction(int fd, const char* head, int keep) {
  char user[kMaxValue], puid[kMaxValue], tags[3 * kMaxValue];
  header(head, "X-Forwarded-User", user);
  header(head, "Seldon-Puid", puid);
  int length =
      snprintf(tags, sizeof tags, "\"replica\":\"%s\",\"version\":\"%s\"", hostname, version);
  if (*user)
    length += snprintf(tags + length, sizeof tags - (size_t)length, ",\"user\":\"%s\"", user);
  if (*puid)
    length += snprintf(tags + length, sizeof tags - (size_t)length, ",\"puid\":\"%s\"", puid);
  char* end;
  (void)strtod(version, &end);
  const char* quote = *version && *end == 0 ? "" : "\""; /* a version such as 1.2.3 is no number */
  size_t room = 2048 + sizeof tags + (size_t)reply_bytes;
  char* body = malloc(room);
  if (!body) return -1;
  size_t size = (size_t)snprintf(
      body, room, "{\"data\":{\"names\":[\"v\"],\"ndarray\":[[%s%s%s]]},\"meta\":{\"tags\":{%s",
      quote, version, quote, tags);
  size_t closing = strlen(",\"pad\":\"\"}}}\n");
  if (size + closing < (size_t)reply_bytes) {
    size += (size_t)sprintf(body + size, ",\"pad\":\"");
    size_t pad = (size_t)reply_bytes - size - strlen("\"}}}\n");
    memset(body + size, 'x', pad);
    size += pad;
    size += (size_t)sprintf(body + size, "\"}}}\n");
  } else {
    size += (size_t)sprintf(body + size, "}}}\n");
  }
  int result = reply(fd, 200, "application/json", body, size, keep);
  free(body);
  return result;
}

/* Server-sent events, each a chunk of its own, with the delay before each; then the connection ends. */
static int reply_stream(int fd) {
  const char* head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
      "Connection: close\r\n\r\n";
  if (write_all(fd, head, strlen(head)) != 0) return -1;
  for (long i = 1; i <= stream_events; i++) {
    char event[128], chunk[160];
    if (delay_ms > 0) sleep_ms(delay_ms);
    int size = snprintf(event, sizeof event, "data: {\"token\":\"word %ld\"}\n\n", i);
    int length = snprintf(chunk, sizeof chunk, "%x\r\n%s\r\n", (unsigned)size, event);
    if (write_all(fd, chunk, (size_t)length) != 0) return -1;
  }
  return write_all(fd, "0\r\n\r\n", 5);
}

/* Answers one request. Returns 1 to go on with the connection, 0 to close it. */
static int serve_request(Input* in) {
  char* end;
  while (!(end = strstr(in->bytes, "\r\n\r\n"))) {
    if (receive_more(in) != 0) return 0;
  }
  atomic_fetch_add(&requests_running, 1);
  size_t head_size = (size_t)(end - in->bytes) + 4;
  char* head = strndup(in->bytes, head_size);
  consume(in, head_size);
  char method[16] = "", path[1024] = "", value[kMaxValue];
  sscanf(head, "%15s %1023s", method, path);
  path[strcspn(path, "?")] = 0;
  header(head, "Expect", value);
  int fine = strcasecmp(value, "100-continue") != 0 ||
             write_all(in->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25) == 0;
  header(head, "Transfer-Encoding", value);
  if (fine && strcasecmp(value, "chunked") == 0) {
    fine = skip_chunks(in) == 0;
  } else if (fine) {
    header(head, "Content-Length", value);
    fine = skip_bytes(in, strtoull(value, NULL, 10)) == 0;
  }
  header(head, "Connection", value);
  int keep = !stopping && strcasecmp(value, "close") != 0;
  int status = 200;
  if (fine) {
    if (strcmp(path, "/predict") == 0 || strcmp(path, "/api/v1.0/predictions") == 0 ||
        strcmp(path, "/send-feedback") == 0) {
      header(head, "X-Tiny-Delay-Ms", value);
      long delay = *value ? strtol(value, NULL, 10) : delay_ms;
      if (delay > 0 && delay <= 60000 && stream_events == 0) sleep_ms(delay);
      header(head, "X-Tiny-Status", value);
      if (*value) {
        const char* body = "{\"status\":{\"code\":-1,\"info\":\"as asked\",\"status\":1}}\n";
        status = (int)strtol(value, NULL, 10);
        fine = reply(in->fd, status, "application/json", body, strlen(body), keep) == 0;
      } else if (strcmp(path, "/send-feedback") == 0) {
        fine = reply(in->fd, 200, "application/json", "{}\n", 3, keep) == 0;
      } else if (stream_events > 0) {
        keep = 0;
        fine = reply_stream(in->fd) == 0;
      } else {
        fine = reply_prediction(in->fd, head, keep) == 0;
      }
    } else if (strcmp(path, "/health/status") == 0) {
      const char* body = health_status < 300 ? "{\"strData\":\"healthy\"}\n"
                                             : "{\"strData\":\"the disk is on fire\"}\n";
      status = health_status;
      fine = reply(in->fd, status, "application/json", body, strlen(body), keep) == 0;
    } else if (strcmp(path, "/health/ping") == 0) {
      status = health_status;
      fine = reply(in->fd, status, "text/plain", "pong", 4, keep) == 0;
    } else {
      const char* body =
          "{\"status\":{\"code\":-1,\"info\":\"404 Not "
          "Found\",\"reason\":\"NOT_FOUND\",\"status\":1}}\n";
      status = 404;
      fine = reply(in->fd, status, "application/json", body, strlen(body), keep) == 0;
    }
  }
  if (log_requests) log_line("tiny_model: %s %s %d", method, path, fine ? status : 0);
  free(head);
  atomic_fetch_sub(&requests_running, 1);
  return fine && keep;
}

static void* serve_connection(void* argument) {
  Input* in = argument;
  while (serve_request(in)) {
  }
  close(in->fd);
  free(in);
  return NULL;
}

static void on_stop(int number) {
  (void)number;
  stopping = 1;
  if (write(stop_pipe[1], "x", 1) < 0) return;
}

static void wait_for_stop(void) {
  char byte;
  while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) {
  }
}

/* The parts of `text` between bars, a line each. */
static void log_text(const char* text) {
  while (*text) {
    int length = (int)strcspn(text, "|");
    log_line("%.*s", length, text);
    text += length + (text[length] == '|');
  }
}

/* One line of that many MiB. */
static void log_long_line(long mib) {
  static char block[1 << 20];
  memset(block, 'x', sizeof block);
  for (long i = 0; i < mib; i++) {
    for (size_t sent = 0; sent < sizeof block;) {
      ssize_t now = write(STDOUT_FILENO, block + sent, sizeof block - sent);
      if (now < 0) return;
      sent += (size_t)now;
    }
  }
  if (mib > 0) log_line(" ends the long line");
}

/* Touches memory until the limit ends this process. */
static void eat_memory(long mib) {
  for (long i = 0; i < mib; i++) {
    char* block = malloc(1 << 20);
    if (!block) {
      fprintf(stderr, "tiny_model: malloc failed after %ld MiB\n", i);
      exit(1);
    }
    memset(block, 'x', 1 << 20);
    if (i % 16 == 15) log_line("tiny_model: holds %ld MiB", i + 1);
  }
}

static void* accept_connections(void* argument) {
  int listener = *(int*)argument;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 64 * 1024);
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINVAL || errno == EBADF) return NULL; /* shut down */
      if (errno == EMFILE || errno == ENFILE) sleep_ms(10);
      continue;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Input* in = malloc(sizeof *in);
    pthread_t thread;
    if (in) {
      in->fd = fd;
      in->size = 0;
      in->bytes[0] = 0;
    }
    if (!in || pthread_create(&thread, &attributes, serve_connection, in) != 0) {
      close(fd);
      free(in);
    }
  }
}

static int listen_at_port(long port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  if (inet_pton(AF_INET, text_from("SLIPWAY_MODEL_HOST", "0.0.0.0"), &address.sin_addr) != 1) {
    fprintf(stderr, "tiny_model: SLIPWAY_MODEL_HOST is not an IPv4 address\n");
    return -1;
  }
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t size = sizeof address;
  errno = ERANGE;
  if (port < 0 || port > 65535 || bind(listener, (struct sockaddr*)&address, size) != 0 ||
      listen(listener, 1024) != 0 ||
      getsockname(listener, (struct sockaddr*)&address, &size) != 0) {
    fprintf(stderr, "tiny_model: cannot listen on port %ld: %s\n", port, strerror(errno));
    return -1;
  }
  log_line("tiny_model: listens on port %d", ntohs(address.sin_port));
  return listener;
}

static int listen_at_path(const char* path) {
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  unlink(path);
  umask(0); /* for whoever finds it */
  if (bind(listener, (struct sockaddr*)&address, sizeof address) != 0 ||
      listen(listener, 1024) != 0) {
    fprintf(stderr, "tiny_model: cannot listen at '%s': %s\n", path, strerror(errno));
    return -1;
  }
  log_line("tiny_model: listens at %s", path);
  return listener;
}

int main(void) {
  version = text_from("TINY_VERSION", "1");
  gethostname(hostname, sizeof hostname - 1);
  health_status = (int)number_from("TINY_HEALTH_STATUS", 200);
  log_requests = (int)number_from("TINY_LOG", 0);
  delay_ms = number_from("TINY_DELAY_MS", 0);
  reply_bytes = number_from("TINY_REPLY_BYTES", 0);
  if (reply_bytes < 0 || reply_bytes > 1L << 30) reply_bytes = 0;
  stream_events = number_from("TINY_STREAM_EVENTS", 0);
  const char* exit_code = getenv("TINY_EXIT_CODE");
  if (exit_code && *exit_code) {
    fprintf(stderr,
            "Traceback (most recent call last):\n  File \"Model.py\", line 1, in <module>\n"
            "ModuleNotFoundError: No module named 'torch'\n");
    return atoi(exit_code);
  }

  if (pipe(stop_pipe) != 0) return 1;
  struct sigaction action = {.sa_handler = on_stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  signal(SIGPIPE, SIG_IGN);

  long port = number_from("PREDICTIVE_UNIT_SERVICE_PORT", 9000);
  const long pace = number_from("TINY_LOG_LINES_PER_MS", 0);
  for (long i = 1, lines = number_from("TINY_LOG_LINES", 0); i <= lines; i++) {
    log_line("line %ld of %ld", i, lines);
    if (pace > 0 && i % pace == 0) sleep_ms(1);
  }
  log_long_line(number_from("TINY_LOG_LONG_MIB", 0));
  log_text(text_from("TINY_LOG_TEXT", ""));
  log_line("tiny_model: version %s starts as %s", version, hostname);
  long eat = number_from("TINY_EAT_MEMORY_MIB", 0);
  if (eat > 0) eat_memory(eat);
  if (number_from("TINY_NEVER_LISTEN", 0)) {
    log_line("tiny_model: never listens");
    wait_for_stop();
    return 0;
  }
  long late = number_from("TINY_LISTEN_AFTER_SECONDS", 0);
  if (late > 0) {
    log_line("tiny_model: listens after %ld s", late);
    sleep_ms(late * 1000);
    if (stopping) return 0;
  }

  const char* local = text_from("TINY_UNIX_SOCKET", "");
  int listeners[2], count = 0;
  if (strcmp(local, "alone") != 0) listeners[count++] = listen_at_port(port);
  if (*local) listeners[count++] = listen_at_path(text_from("SLIPWAY_UNIX_SOCKET", ""));
  pthread_t acceptors[2];
  for (int i = 0; i < count; i++) {
    if (listeners[i] < 0) return 2;
    if (pthread_create(&acceptors[i], NULL, accept_connections, &listeners[i]) != 0) return 1;
  }

  wait_for_stop();
  for (int i = 0; i < count; i++) {
    shutdown(listeners[i], SHUT_RDWR);
    pthread_join(acceptors[i], NULL);
    close(listeners[i]);
  }
  /* Requests in flight finish; idle connections end with the process. */
  for (int i = 0; i < 3000 && atomic_load(&requests_running) > 0; i++) {
    struct timespec nap = {0, 10000000};
    nanosleep(&nap, NULL);
  }
  log_line("tiny_model: stops");
  return 0;
}
